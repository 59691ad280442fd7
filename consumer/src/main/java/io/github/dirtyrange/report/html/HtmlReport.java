package io.github.dirtyrange.report.html;

import com.google.common.html.HtmlEscapers;
import com.google.common.io.Resources;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts what a page shows, its script and the charting library into one HTML file. What comes from a
 * process is data and never markup: Gson writes each {@code <} as an escape, the script sets texts
 * only, and a browser runs no script but the two that the page names by their hash.
 */
final class HtmlReport {

  private static final String ECHARTS = "META-INF/resources/webjars/echarts/5.3.1/";

  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  /** JSON has no infinite numbers: they are lacking, as what a chart has no place for is. */
  private static final JsonSerializer<Double> FINITE =
      (number, type, context) ->
          Double.isFinite(number) ? new JsonPrimitive(number) : JsonNull.INSTANCE;

  /** Escapes what HTML has a meaning for. */
  private static final Gson GSON =
      new GsonBuilder()
          .registerTypeAdapter(Double.class, FINITE)
          .registerTypeAdapter(double.class, FINITE)
          .create();

  private HtmlReport() {}

  /** {@return the file} */
  static String render(Page page) {
    String library = text(Resources.getResource(ECHARTS + "dist/echarts.min.js"));
    String script = own("page.js");
    Map<String, String> parts =
        Map.of(
            "title", HtmlEscapers.htmlEscaper().escape(page.title()),
            "scripts", hash(library) + " " + hash(script),
            "style", own("page.css"),
            "notice", text(Resources.getResource(ECHARTS + "NOTICE")).strip(),
            "library", library,
            "script", script,
            "data", GSON.toJson(page));
    return filled(own("page.html"), parts);
  }

  /** In one go: a part is never looked into for the places of others. */
  private static String filled(String template, Map<String, String> parts) {
    return PLACE
        .matcher(template)
        .replaceAll(
            place -> Matcher.quoteReplacement(Objects.requireNonNull(parts.get(place.group(1)))));
  }

  private static String own(String name) {
    return text(Resources.getResource(HtmlReport.class, name));
  }

  private static String text(URL resource) {
    try {
      return Resources.toString(resource, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
