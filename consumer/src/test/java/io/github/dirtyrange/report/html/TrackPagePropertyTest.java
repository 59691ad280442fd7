package io.github.dirtyrange.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.CauseCounts;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.MappingShare;
import io.github.dirtyrange.live.result.RoundMethod;
import io.github.dirtyrange.live.result.ThreadShare;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever is told of a process, it makes a page. */
class TrackPagePropertyTest {

  private static final List<String> NAMES =
      List.of("[heap]", "", "\ud800", "\u2028%s{{data}}", "/", "a/", Samples.EVIL, "\0\n\t");

  private static final long[] NUMBERS = {0, 1, 999, 1_000_000_007, Long.MAX_VALUE};

  private static final List<RoundMethod> METHODS = List.of(RoundMethod.values());

  private static final long END = 1L << 35;

  @Property(tries = 40)
  void anyRoundsMakeAPage(@ForAll Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TrackPage page = new TrackPage(Samples.ORIGIN, out);
    int rounds = random.nextInt(5) == 0 ? 400 : random.nextInt(4);
    for (int pid = 1; pid <= 1 + random.nextInt(6); pid++) {
      LiveTarget target =
          new LiveTarget(
              pid,
              name(random),
              name(random),
              name(random),
              List.of(name(random)),
              number(random),
              random.nextInt(9),
              0,
              number(random),
              number(random),
              0,
              0,
              0,
              List.of());
      page.tracked(target, random.nextBoolean());
      for (int i = 0; i < rounds; i++) {
        page.round(target, round(i + 1, random));
        if (random.nextInt(50) == 0) {
          page.tracked(target, true);
        }
      }
    }
    page.finished();
    String file = out.toString(StandardCharsets.UTF_8);
    String data = file.substring(file.indexOf("id=\"data\">") + 10);
    String json = data.substring(0, data.indexOf("</script>"));
    assertThat(JsonParser.parseString(json).getAsJsonObject().get("charts")).isNotNull();
  }

  private static String name(Random random) {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private static long number(Random random) {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }

  private static LiveRound round(long number, Random random) {
    List<MappedPart> writable = parts(random);
    ChangedRegions regions = new ChangedRegions();
    for (MappedPart part : parts(random)) {
      regions.add(
          part.startVpn(), part.endVpn(), Categories.WRITTEN, 0, Categories.ALL, part.mapping());
    }
    return new LiveRound(
        number,
        number(random),
        number(random),
        number(random),
        number(random),
        METHODS.get(random.nextInt(METHODS.size())),
        number(random),
        number(random),
        number(random),
        null,
        regions,
        List.of(new MappingShare(name(random), number(random))),
        List.of(new ThreadShare(random.nextInt(9), name(random), number(random))),
        CauseCounts.NONE,
        parts(random),
        parts(random),
        List.of(),
        writable);
  }

  /** Ascending and disjoint, from one page to nearly all there are. */
  private static List<MappedPart> parts(Random random) {
    int count = random.nextInt(100) == 0 ? 3_000 : random.nextInt(4);
    List<Long> bounds = new ArrayList<>();
    for (int i = 0; i < 2 * count; i++) {
      bounds.add(random.nextBoolean() ? random.nextLong(END) : random.nextLong(100_000));
    }
    List<Long> ascending = bounds.stream().distinct().sorted(Comparator.naturalOrder()).toList();
    List<MappedPart> parts = new ArrayList<>();
    for (int i = 0; i + 1 < ascending.size(); i += 2) {
      parts.add(new MappedPart(ascending.get(i), ascending.get(i + 1), name(random)));
    }
    return parts;
  }
}
