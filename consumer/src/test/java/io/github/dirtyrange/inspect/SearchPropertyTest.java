package io.github.dirtyrange.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.MadeStore;
import io.github.dirtyrange.store.Plan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** What is found in random generations is what is found in what was told of them. */
class SearchPropertyTest {

  /** Pages are filled with their number, and end with 77. */
  private static final List<SearchPattern> PATTERNS =
      List.of(
          bytes("014d"),
          bytes("4d02"),
          bytes("034d0303"),
          bytes("0000000000"),
          bytes("0101"),
          bytes("4d".concat("02".repeat(63)).concat("4d05")),
          regex("\\x01+\\x4d\\x02", 100),
          regex("\\x4d[\\x00-\\x05]{1,70}\\x4d", 75),
          regex("[\\x01\\x02\\x4d]+", 150),
          regex("\\x00+", 90),
          regex("\\x00{3,4}", 4),
          regex("(?<=\\x4d)\\x03+", 20),
          regex("\\x02{5}(?=\\x4d\\x01)", 5),
          regex("^\\x01+", 64),
          regex("\\x05*\\x4d$", 64));

  private static final int PAGES = 20;

  private static SearchPattern bytes(String hex) {
    return SearchPattern.bytes(HexFormat.of().parseHex(hex));
  }

  /** With a bound that these small pages reach. */
  private static SearchPattern regex(String regex, int longest) {
    SearchPattern whole = SearchPattern.regex(regex);
    return new SearchPattern(whole.pattern(), longest, 2, longest);
  }

  /** A match, in values. */
  private record Hit(
      int generation, SavedMapping mapping, long address, long offset, String bytes) {}

  @Provide
  Arbitrary<List<Plan>> programs() {
    return Plan.programs();
  }

  /** Chains in which most pages stay what they are, and have few contents. */
  @Provide
  Arbitrary<List<Plan>> calmPrograms() {
    Arbitrary<Integer> content = Arbitraries.of(1, 1, 1, 2, 3, 0, Plan.SWAPPED);
    Arbitrary<List<Integer>> root = content.list().ofSize(PAGES);
    Arbitrary<Integer> rarely =
        Arbitraries.frequencyOf(
            Tuple.of(12, Arbitraries.just(Plan.UNCHANGED)), Tuple.of(1, content));
    Arbitrary<List<Plan>> children =
        Combinators.combine(Arbitraries.of(0, 0, 0, 1), rarely.list().ofSize(PAGES))
            .as((layout, pages) -> new Plan(0, layout, pages))
            .list()
            .ofMinSize(1)
            .ofMaxSize(4);
    return Combinators.combine(root, children).as(SearchPropertyTest::chain);
  }

  private static List<Plan> chain(List<Integer> root, List<Plan> children) {
    List<Plan> chain = new ArrayList<>();
    chain.add(new Plan(-1, 0, root));
    for (Plan child : children) {
      chain.add(new Plan(chain.size() - 1, child.layout(), child.pages()));
    }
    return chain;
  }

  @Provide
  Arbitrary<SearchPattern> patterns() {
    return Arbitraries.of(PATTERNS);
  }

  @Property(tries = 400)
  void whatIsFoundIsInTheModel(
      @ForAll("programs") List<Plan> plans,
      @ForAll("patterns") SearchPattern pattern,
      @ForAll @IntRange(min = 1, max = 200) int most)
      throws IOException {
    requireNaive(plans, pattern, most);
  }

  /** Where most is unchanged, most is not searched again, and nothing is missed for it. */
  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void aroundFewChangesAllIsFound(
      @ForAll("calmPrograms") List<Plan> plans, @ForAll("patterns") SearchPattern pattern)
      throws IOException {
    requireNaive(plans, pattern, 10_000);
  }

  private static void requireNaive(List<Plan> plans, SearchPattern pattern, int most)
      throws IOException {
    try (MadeStore made = MadeStore.of(plans)) {
      ModelPages model = new ModelPages(plans, made.model().told());
      List<Hit> naive = naive(model, pattern);
      List<Hit> found = new ArrayList<>();
      List<Generation> generations = made.store().generations();
      Search search = new Search(pattern, most, match -> found.add(hit(match, generations)));
      for (Generation generation : generations) {
        search.in(generation);
      }
      assertThat(found).isEqualTo(naive.subList(0, Math.min(most, naive.size())));
      assertThat(search.isCut()).isEqualTo(naive.size() > most);
    }
  }

  private static Hit hit(Match match, List<Generation> generations) {
    return new Hit(
        generations.indexOf(match.memory()),
        match.mapping(),
        match.address(),
        match.offset(),
        match.bytes());
  }

  /** Everything, in every generation, from its first byte on. */
  private static List<Hit> naive(ModelPages model, SearchPattern pattern) {
    List<Hit> hits = new ArrayList<>();
    Set<String> told = new HashSet<>();
    for (int i = 0; i < model.told().size(); i++) {
      for (SavedMapping mapping : model.told().get(i).mappings()) {
        long vpn = mapping.startVpn();
        while (vpn < mapping.endVpn()) {
          long end = vpn;
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          while (end < mapping.endVpn() && model.hasBytes(i, end)) {
            bytes.writeBytes(model.bytes(i, end));
            end++;
          }
          String text = bytes.toString(StandardCharsets.ISO_8859_1);
          for (Hit hit : inSegment(i, mapping, vpn, text, pattern)) {
            if (told.add(hit.address() + " " + hit.bytes())) {
              hits.add(hit);
            }
          }
          vpn = Math.max(end, vpn + 1);
        }
      }
    }
    return hits;
  }

  private static List<Hit> inSegment(
      int generation, SavedMapping mapping, long vpn, String text, SearchPattern pattern) {
    List<Hit> hits = new ArrayList<>();
    int covered = 0;
    for (int page = 0; page < text.length(); page += Plan.PAGE) {
      int at = page;
      while (at < page + Plan.PAGE) {
        int[] next = next(pattern, text, at);
        if (next.length == 0 || next[0] >= page + Plan.PAGE) {
          break;
        }
        at = next[1];
        if (next[1] > covered) {
          covered = next[1];
          long address = vpn * Plan.PAGE + next[0];
          hits.add(
              new Hit(
                  generation,
                  mapping,
                  address,
                  address - mapping.startVpn() * Plan.PAGE,
                  text.substring(next[0], next[1])));
        }
      }
    }
    return hits;
  }

  /** {@return start and end of the next match; nothing if there is none} Tries each byte. */
  private static int[] next(SearchPattern pattern, String text, int from) {
    Matcher matcher =
        Pattern.compile(pattern.pattern().pattern(), pattern.pattern().flags())
            .matcher(text)
            .useAnchoringBounds(false)
            .useTransparentBounds(true);
    for (int at = from; at < text.length(); at++) {
      matcher.region(at, Math.min(text.length(), at + pattern.longest()));
      if (matcher.lookingAt() && matcher.end() > at) {
        return new int[] {at, matcher.end()};
      }
    }
    return new int[0];
  }
}
