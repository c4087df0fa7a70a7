// Verifies a webhook (Standard Webhooks 1.0). To try it: java Verify.java <id> <timestamp> <signature> < body
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Verify {
  /** body: the request's body as it came, before any parser; secret begins with whsec_. */
  static boolean isGenuine(String id, String timestamp, String signatures, byte[] body, String secret) throws Exception {
    if (!timestamp.matches("\\d{1,15}")) return false;
    if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) > 300) return false;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.replaceFirst("^whsec_", "")), "HmacSHA256"));
    mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
    byte[] expected = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
    // While a secret is being rotated there are several.
    return Arrays.stream(signatures.split(" "))
        .anyMatch(given -> MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8)));
  }

  public static void main(String[] arguments) throws Exception {
    byte[] body = System.in.readAllBytes();
    boolean ours = isGenuine(arguments[0], arguments[1], arguments[2], body, System.getenv("WEBHOOK_SECRET"));
    System.out.println(ours ? "genuine" : "forged");
  }
}
