package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.SavedMapping;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * A random generation.
 *
 * @param parent which of the generations before it builds on, counted round; none if negative
 * @param layout which mappings there are
 * @param pages what each page of them is: 0 to {@link #CONTENTS} - 1 is what it is filled with
 */
public record Plan(int parent, int layout, List<Integer> pages) {

  public static final int PAGE = 64;
  public static final int CONTENTS = 6;
  public static final int ZERO = 6;
  public static final int NOTHING = 7;
  public static final int SWAPPED = 8;
  public static final int FILE = 9;
  public static final int UNREAD = 10;

  /** And all above. */
  public static final int UNCHANGED = 11;

  private static final int KINDS = 15;
  private static final int MOST_PAGES = 20;
  private static final int MOST_GENERATIONS = 6;

  private static final List<List<SavedMapping>> LAYOUTS =
      List.of(
          List.of(mapping(100, 110, "[heap]"), mapping(110, 116, "/usr/lib/é.so")),
          List.of(mapping(100, 112, "[heap]"), mapping(120, 124, "")),
          List.of(mapping(96, 108, "[heap]")));

  static SavedMapping mapping(long start, long end, String name) {
    return new SavedMapping(
        start, end, SavedMapping.READ | SavedMapping.WRITE, start * PAGE, 7, 8, name);
  }

  /** {@return its mappings} */
  public List<SavedMapping> mappings() {
    return LAYOUTS.get(layout);
  }

  /** {@return random trees of generations} */
  public static Arbitrary<List<Plan>> programs() {
    Arbitrary<Integer> page = Arbitraries.integers().between(0, KINDS - 1);
    return Combinators.combine(
            Arbitraries.integers().between(-1, MOST_GENERATIONS),
            Arbitraries.integers().between(0, LAYOUTS.size() - 1),
            page.list().ofSize(MOST_PAGES))
        .as(Plan::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(MOST_GENERATIONS);
  }
}
