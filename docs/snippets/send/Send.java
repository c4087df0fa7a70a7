// Hands a text over and prints the answer: java Send.java. Settings: SMSBRIDGE_URL, SMSBRIDGE_API_KEY.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

public class Send {
  public static void main(String[] arguments) throws Exception {
    // With a JSON library, build this from a map.
    String text = """
        {"to": "+14155550123", "from": "+15005550100", "body": "Your order #1234 has been shipped."}""";
    HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("SMSBRIDGE_URL") + "/v1/messages/send"))
        .header("Authorization", "Bearer " + System.getenv("SMSBRIDGE_API_KEY"))
        .header("Content-Type", "application/json")
        // What is sent twice under one key is one text: name what the text is about.
        .header("Idempotency-Key", "order-1234-shipped")
        .timeout(Duration.ofSeconds(30))
        .POST(HttpRequest.BodyPublishers.ofString(text))
        .build();
    HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(response.body());
    if (response.statusCode() != 202) System.exit(1);
  }
}
