// Prints a text and what became of it: java Status.java <message_id>. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

public class Status {
  public static void main(String[] arguments) throws Exception {
    URI address = URI.create(System.getenv("SMSBRIDGE_URL") + "/v1/messages/" + arguments[0]);
    HttpRequest request = HttpRequest.newBuilder(address)
        .header("Authorization", "Bearer " + System.getenv("SMSBRIDGE_API_KEY"))
        .timeout(Duration.ofSeconds(30))
        .build();
    HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(response.body());
    if (response.statusCode() != 200) System.exit(1);
  }
}
