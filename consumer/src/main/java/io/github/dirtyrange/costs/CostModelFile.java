package io.github.dirtyrange.costs;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.github.dirtyrange.json.StrictJson;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import io.github.dirtyrange.kernel.OneLine;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A cost model as a JSON object: {@code {"format":"dirtyrange-costs","version":1,"costs":[{"step":
 * "SCAN_PAGE","unit":"page","nanos":1.7,"release","machine","date","source"}]}}. A step that is not
 * in it costs what {@link CostModel#defaults} says.
 */
public final class CostModelFile {

  private static final String FORMAT = "dirtyrange-costs";
  private static final int VERSION = 1;

  /** No step takes longer than a second; a file that says so was written in other units. */
  private static final double MOST_NANOS = 1e9;

  private static final Gson GSON = StrictJson.builder().setPrettyPrinting().create();

  /** Where in a text a parser has stopped, as its message says. */
  private static final Pattern PLACE = Pattern.compile("line \\d+ column \\d+");

  private static final int MOST_SHOWN = 40;

  private CostModelFile() {}

  // The records below are the JSON's shape, member by member and in its order.

  private record Contents(
      @Nullable String format, @Nullable Integer version, @Nullable List<@Nullable Step> costs) {}

  private record Step(
      @Nullable String step,
      @Nullable String unit,
      @Nullable Double nanos,
      @Nullable String release,
      @Nullable String machine,
      @Nullable String date,
      @Nullable String source) {}

  /** {@return the text of a file that has all of a model, ended by a line feed} */
  public static String render(CostModel model) {
    List<Step> steps = Arrays.stream(Cost.values()).map(cost -> step(cost, model)).toList();
    return GSON.toJson(new Contents(FORMAT, VERSION, steps)) + "\n";
  }

  private static Step step(Cost cost, CostModel model) {
    CostModel.Value value = model.value(cost);
    CostModel.Provenance from = value.provenance();
    return new Step(
        cost.name(),
        cost.unit(),
        value.nanos(),
        from.release(),
        from.machine(),
        from.date(),
        from.source());
  }

  /**
   * {@return the model that a file's text says}
   *
   * @throws IllegalArgumentException if it says none, with a line that says why
   */
  public static CostModel parse(String text) {
    Contents contents = contents(text);
    refuseIf(!FORMAT.equals(contents.format()), "is no cost model: \"format\" is not " + FORMAT);
    Integer version = contents.version();
    refuseIf(version == null || version < 1, "has no \"version\"");
    refuseIf(
        version != null && version > VERSION,
        "has version " + version + ", which is newer than this program knows: " + VERSION);
    CostModel model = CostModel.defaults();
    Set<Cost> seen = EnumSet.noneOf(Cost.class);
    for (Step step : present(contents.costs(), "costs")) {
      refuseIf(step == null, "has a step that is null");
      Step each = present(step, "costs");
      Cost cost = cost(present(each.step(), "step"));
      refuseIf(!seen.add(cost), "has " + cost + " twice");
      model = model.with(cost, value(cost, each));
    }
    return model;
  }

  private static Contents contents(String text) {
    try {
      Contents contents = StrictJson.read(GSON, text, Contents.class);
      if (contents != null) {
        return contents;
      }
    } catch (JsonParseException | NumberFormatException e) {
      Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
      String where = place.find() ? " at " + place.group() : "";
      throw new IllegalArgumentException(
          "is no cost model: it is not JSON of that shape" + where, e);
    }
    throw new IllegalArgumentException("is empty");
  }

  /** What a file says goes to a terminal: on one line, and short. */
  private static String shown(String text) {
    String plain = OneLine.of(text);
    return plain.length() <= MOST_SHOWN ? plain : plain.substring(0, MOST_SHOWN) + "...";
  }

  private static Cost cost(String name) {
    return Arrays.stream(Cost.values())
        .filter(cost -> cost.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("has an unknown step, " + shown(name)));
  }

  private static CostModel.Value value(Cost cost, Step step) {
    double nanos = present(step.nanos(), "nanos of " + cost);
    refuseIf(
        !(nanos >= 0 && nanos <= MOST_NANOS),
        "says that " + cost + " takes " + nanos + " ns; that must be from 0 to a second");
    refuseIf(
        step.unit() != null && !step.unit().equals(cost.unit()),
        "counts "
            + cost
            + " by the "
            + shown(orUnknown(step.unit()))
            + "; its unit is the "
            + cost.unit());
    return new CostModel.Value(
        nanos,
        new CostModel.Provenance(
            orUnknown(step.release()),
            orUnknown(step.machine()),
            orUnknown(step.date()),
            orUnknown(step.source())));
  }

  private static String orUnknown(@Nullable String text) {
    return text == null ? "unknown" : text;
  }

  private static <T> T present(@Nullable T value, String name) {
    if (value == null) {
      throw new IllegalArgumentException("lacks \"" + name + "\"");
    }
    return value;
  }

  private static void refuseIf(boolean bad, String why) {
    if (bad) {
      throw new IllegalArgumentException(why);
    }
  }
}
