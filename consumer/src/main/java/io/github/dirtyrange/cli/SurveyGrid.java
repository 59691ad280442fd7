package io.github.dirtyrange.cli;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.lab.survey.result.SurveySize;
import io.github.dirtyrange.workload.PagePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The mapped sizes and amounts of a survey: those that are named, or the usual ones. */
final class SurveyGrid {

  private static final long MEBIBYTE = 1L << 20;
  private static final int SIZES = 5;
  private static final int SIZE_STEP_SHIFT = 2;
  private static final long MOST_USUAL_BYTES = 4L << 30;

  /** Of a share that is fewer pages, a round says little. */
  private static final long LEAST_PAGES_OF_A_SHARE = 10;

  private SurveyGrid() {}

  /** {@return the usual sizes of the simulated kernel: small pages up to 1 TiB, then huge ones} */
  static List<ByteSize> simulatedSizes() {
    return Stream.of("1GiB", "16GiB", "256GiB", "1TiB", "4TiB", "16TiB")
        .map(ByteSize::parse)
        .toList();
  }

  /** {@return its usual numbers of changed pages} */
  static List<DirtyAmount> simulatedAmounts() {
    return Stream.of("10", "100", "1000", "10000", "100000", "1000000")
        .map(DirtyAmount::parse)
        .toList();
  }

  /** {@return five sizes up to half of the memory that there is, and to 4 GiB} */
  static List<ByteSize> sizesWithin(long memoryBytes) {
    long most = Long.highestOneBit(Math.max(MEBIBYTE, Math.min(memoryBytes / 2, MOST_USUAL_BYTES)));
    List<ByteSize> sizes = new ArrayList<>();
    for (int i = SIZES - 1; i >= 0; i--) {
      long bytes = most >> (i * SIZE_STEP_SHIFT);
      if (bytes >= MEBIBYTE) {
        sizes.add(new ByteSize(bytes));
      }
    }
    return sizes;
  }

  /** {@return the usual shares, from 0.001 % to 60 %} */
  static List<DirtyAmount> usualShares() {
    return Stream.of("0.001%", "0.01%", "0.1%", "1%", "10%", "60%")
        .map(DirtyAmount::parse)
        .toList();
  }

  /**
   * {@return the usual patterns of the simulated kernel} Scattered pages split too many of 2 MiB.
   */
  static List<PagePattern> simulatedPatterns() {
    return List.of(PagePattern.RUNS);
  }

  /** {@return the usual patterns} */
  static List<PagePattern> usualPatterns() {
    return List.of(PagePattern.UNIFORM, PagePattern.RUNS, PagePattern.ZIPF);
  }

  /**
   * {@return the sizes, ascending, with the pages that are changed} Left out are shares of less
   * than 10 pages, amounts beyond the size, and what is more than can be changed.
   */
  static List<SurveySize> of(List<ByteSize> sizes, List<DirtyAmount> amounts, long mostDirtyPages) {
    List<SurveySize> grid = new ArrayList<>();
    for (long mappedPages : pages(sizes)) {
      List<Integer> dirtyPages =
          amounts.stream()
              .filter(
                  amount ->
                      !amount.percent() || amount.pagesOf(mappedPages) >= LEAST_PAGES_OF_A_SHARE)
              .map(amount -> amount.pagesOf(mappedPages))
              .filter(pages -> pages >= 1 && pages <= Math.min(mappedPages, mostDirtyPages))
              .map(Math::toIntExact)
              .sorted()
              .distinct()
              .toList();
      if (!dirtyPages.isEmpty()) {
        grid.add(new SurveySize(mappedPages, dirtyPages));
      }
    }
    return grid;
  }

  /** {@return the shares that are more than can be changed, and of which size: for people} */
  static List<String> sharesTooLarge(
      List<ByteSize> sizes, List<DirtyAmount> amounts, long mostDirtyPages) {
    List<String> tooLarge = new ArrayList<>();
    for (long mappedPages : pages(sizes)) {
      amounts.stream()
          .filter(amount -> amount.percent() && amount.pagesOf(mappedPages) > mostDirtyPages)
          .map(amount -> share(amount, mappedPages))
          .distinct()
          .forEach(tooLarge::add);
    }
    return tooLarge;
  }

  private static String share(DirtyAmount amount, long mappedPages) {
    return amount.number()
        + "% of "
        + Units.bytes(Pages.address(mappedPages))
        + " ("
        + amount.pagesOf(mappedPages)
        + " pages)";
  }

  /** {@return the sizes in pages, ascending, each once} */
  private static long[] pages(List<ByteSize> sizes) {
    return sizes.stream()
        .mapToLong(size -> Pages.count(size.bytes()))
        .sorted()
        .distinct()
        .toArray();
  }
}
