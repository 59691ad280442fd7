package io.github.dirtyrange.report;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.github.dirtyrange.json.StrictJson;
import io.github.dirtyrange.lab.survey.result.CostKind;
import io.github.dirtyrange.lab.survey.result.Crossovers;
import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.SurveyPlan;
import io.github.dirtyrange.lab.survey.result.SurveyPoint;
import io.github.dirtyrange.lab.survey.result.SurveyResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A survey as text that can be read again: as one JSON object, {@code
 * {"format":"dirtyrange-survey","version":1,"plan":{…},"points":[…],"crossovers":{…}}}, or as lines
 * that can be appended to, first the object without its points, then each point an object.
 */
public final class SurveyJson {

  private static final String FORMAT = "dirtyrange-survey";
  private static final int VERSION = 1;

  private static final Pattern BEGINNING =
      Pattern.compile("\\s*\\{\\s*\"format\"\\s*:\\s*\"" + FORMAT + "\"");

  private static final Gson GSON = StrictJson.builder().create();

  private SurveyJson() {}

  private record Contents(
      @Nullable String format,
      @Nullable Integer version,
      SurveyParts.@Nullable Plan plan,
      @Nullable List<SurveyParts.@Nullable Point> points) {}

  /** {@return whether a text says that it is a survey} */
  public static boolean isOne(String text) {
    return BEGINNING.matcher(text).lookingAt();
  }

  /** {@return a result as one object, a point a line, ended by a line feed} */
  public static String render(SurveyResult result) {
    String points =
        result.points().stream()
            .map(SurveyJson::json)
            .collect(Collectors.joining(",\n", "[\n", "\n]"));
    String plan = planLine(result.plan());
    return plan.substring(0, plan.length() - 1)
        + ",\"points\":"
        + points
        + ",\n\"crossovers\":{\"total\":"
        + crossovers(result, CostKind.TOTAL)
        + ",\n\"round\":"
        + crossovers(result, CostKind.ROUND)
        + "}}\n";
  }

  private static String crossovers(SurveyResult result, CostKind costs) {
    return Crossovers.of(result, costs).stream()
        .map(SurveyParts.Crossing::of)
        .map(GSON::toJson)
        .collect(Collectors.joining(",\n", "[", "]"));
  }

  /** {@return the first line of a file that points are appended to, without a line feed} */
  public static String planLine(SurveyPlan plan) {
    return GSON.toJson(new Contents(FORMAT, VERSION, SurveyParts.Plan.of(plan), null));
  }

  /** {@return the line of a point in such a file, without a line feed} */
  public static String pointLine(MeasuredPoint measured) {
    return json(measured);
  }

  private static String json(MeasuredPoint measured) {
    return GSON.toJson(SurveyParts.Point.of(measured));
  }

  /**
   * {@return the result that a text of either kind says} A last line that is cut off is passed
   * over.
   *
   * @throws IllegalArgumentException if it says none, with a line that says why
   */
  public static SurveyResult parse(String text) {
    int end = text.indexOf('\n');
    String head = end < 0 ? text : text.substring(0, end);
    if (isOne(head) && head.stripTrailing().endsWith("}")) {
      Contents first = contents(head);
      if (first.points == null) {
        return lines(first, end < 0 ? "" : text.substring(end + 1));
      }
    }
    Contents contents = contents(text);
    SurveyPlan plan = plan(contents);
    Map<SurveyPoint, MeasuredPoint> measured = new HashMap<>();
    for (SurveyParts.Point point : SurveyParts.present(contents.points, "points")) {
      put(measured, SurveyParts.present(point, "points"), plan);
    }
    return result(plan, measured);
  }

  /**
   * {@return the same of a text that must be lines}
   *
   * @throws IllegalArgumentException if it says none, with a line that says why
   */
  public static SurveyResult parseLines(String text) {
    String head = text.lines().findFirst().orElse("");
    refuseIf(!isOne(head), "is no file of a survey that goes on");
    refuseIf(contents(head).points != null, "is a report of --json, which cannot go on");
    return parse(text);
  }

  private static SurveyResult lines(Contents first, String rest) {
    SurveyPlan plan = plan(first);
    Map<SurveyPoint, MeasuredPoint> measured = new HashMap<>();
    int start = 0;
    for (int end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', start)) {
      put(measured, parse(rest.substring(start, end), SurveyParts.Point.class), plan);
      start = end + 1;
    }
    return result(plan, measured);
  }

  private static void put(
      Map<SurveyPoint, MeasuredPoint> measured, SurveyParts.Point part, SurveyPlan plan) {
    MeasuredPoint point = part.toMeasured(plan);
    refuseIf(
        measured.put(point.point(), point) != null, "has the point " + point.point() + " twice");
  }

  private static SurveyResult result(SurveyPlan plan, Map<SurveyPoint, MeasuredPoint> measured) {
    List<SurveyPoint> points = plan.points();
    List<MeasuredPoint> inOrder =
        points.stream().map(measured::get).filter(Objects::nonNull).toList();
    refuseIf(inOrder.size() < measured.size(), "has a point that is not in its plan");
    return new SurveyResult(plan, inOrder);
  }

  private static SurveyPlan plan(Contents contents) {
    Integer version = contents.version;
    refuseIf(version == null || version < 1, "has no \"version\"");
    refuseIf(
        version != null && version > VERSION,
        "has version " + version + ", which is newer than this program knows: " + VERSION);
    return SurveyParts.present(contents.plan, "plan").toPlan();
  }

  private static Contents contents(String text) {
    refuseIf(!isOne(text), "is no survey: it does not begin with \"format\":\"" + FORMAT + "\"");
    return parse(text, Contents.class);
  }

  private static <T> T parse(String text, Class<T> type) {
    try {
      return SurveyParts.present(StrictJson.read(GSON, text, type), "contents");
    } catch (JsonParseException | NumberFormatException e) {
      throw new IllegalArgumentException("is no survey: it is not JSON of that shape", e);
    }
  }

  private static void refuseIf(boolean bad, String why) {
    if (bad) {
      throw new IllegalArgumentException(why);
    }
  }
}
