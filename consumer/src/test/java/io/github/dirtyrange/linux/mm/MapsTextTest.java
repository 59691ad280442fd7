package io.github.dirtyrange.linux.mm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.sys.PrintableName;
import java.util.Iterator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MapsTextTest {

  private static final String NONE = "";

  @Provide
  Arbitrary<Vma> mappings() {
    Arbitrary<Boolean> right = Arbitraries.of(true, false);
    Arbitrary<Long> start = Arbitraries.longs().between(0, 1L << 35);
    Arbitrary<Long> pages = Arbitraries.longs().between(1, 1L << 35);
    Arbitrary<String> path =
        Arbitraries.strings()
            .all()
            .excludeChars('\n', '\0')
            .filter(text -> !text.startsWith(" ") && !hasLoneSurrogate(text));
    Arbitrary<Long> major = Arbitraries.longs().between(0, (1 << 12) - 1);
    Arbitrary<Long> minor = Arbitraries.longs().between(0, (1 << 20) - 1);
    Arbitrary<Long> device = Combinators.combine(major, minor).as(Vma::device);
    return Combinators.combine(
            right, right, right, right, start, pages, Arbitraries.longs(), Arbitraries.longs())
        .flatAs(
            (r, w, x, s, at, count, offset, inode) ->
                Combinators.combine(device, path)
                    .as((d, name) -> new Vma(at, at + count, r, w, x, s, offset, d, inode, name)));
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints().anyMatch(c -> c >= 0xd800 && c < 0xe000);
  }

  /** As {@code show_map_vma} writes it. */
  private static String line(Vma vma) {
    return String.format(
        "%08x-%08x %s%s%s%s %08x %02x:%02x %s %s\n",
        vma.startVpn() << 12,
        vma.endVpn() << 12,
        vma.readable() ? "r" : "-",
        vma.writable() ? "w" : "-",
        vma.executable() ? "x" : "-",
        vma.shared() ? "s" : "p",
        vma.offsetBytes(),
        vma.device() >> 20,
        vma.device() & 0xfffff,
        Long.toUnsignedString(vma.inode()),
        vma.path());
  }

  @Property
  void whateverALineSaysIsUnderstood(@ForAll("mappings") Vma vma) {
    assertThat(MapsText.parse(line(vma))).containsExactly(named(PrintableName.of(vma.path()), vma));
  }

  private static Vma named(String name, Vma vma) {
    return new Vma(
        vma.startVpn(),
        vma.endVpn(),
        vma.readable(),
        vma.writable(),
        vma.executable(),
        vma.shared(),
        vma.offsetBytes(),
        vma.device(),
        vma.inode(),
        name);
  }

  /** Two-page numbers that may be in any order: a list that was read while mappings moved. */
  @Provide
  Arbitrary<List<PageRange>> ranges() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 40), Arbitraries.longs().between(1, 9))
        .as((start, pages) -> new PageRange(start, start + pages))
        .list()
        .ofMinSize(1)
        .ofMaxSize(12);
  }

  @Property
  void whateverTheFileSaysTheListIsSortedAndDisjointAndSaysTheLastLine(
      @ForAll("ranges") List<PageRange> ranges) {
    String text = text(ranges);
    List<PageRange> list = ranges(MapsText.settled(text, () -> text));
    for (int i = 1; i < list.size(); i++) {
      assertThat(list.get(i).startVpn()).isGreaterThanOrEqualTo(list.get(i - 1).endVpn());
    }
    assertThat(list).contains(ranges.get(ranges.size() - 1));
  }

  @Test
  void aListWithoutContradictionIsReadOnce() {
    String text = text(List.of(new PageRange(1, 3), new PageRange(3, 4)));
    assertThat(MapsText.settled(text, () -> fail("read again"))).hasSize(2);
  }

  @Test
  void aListThatContradictsItselfIsReadAgain() {
    String overlapping = text(List.of(new PageRange(1, 3), new PageRange(2, 4)));
    String settled = text(List.of(new PageRange(1, 2), new PageRange(2, 4)));
    Iterator<String> reads = List.of(overlapping, settled).iterator();
    assertThat(ranges(MapsText.settled(overlapping, reads::next)))
        .containsExactly(new PageRange(1, 2), new PageRange(2, 4));
    assertThat(reads).isExhausted();
  }

  @Test
  void ofMappingsThatNeverSettleTheLastLinesAreBelieved() {
    String text =
        text(
            List.of(
                new PageRange(1, 3),
                new PageRange(4, 5),
                new PageRange(5, 6),
                new PageRange(2, 9)));
    assertThat(ranges(MapsText.settled(text, () -> text)))
        .containsExactly(new PageRange(1, 2), new PageRange(2, 9));
  }

  private static String text(List<PageRange> ranges) {
    StringBuilder text = new StringBuilder();
    for (PageRange range : ranges) {
      text.append(
          line(new Vma(range.startVpn(), range.endVpn(), true, true, false, false, 0, 0, 0, NONE)));
    }
    return text.toString();
  }

  private static List<PageRange> ranges(List<Vma> mappings) {
    return mappings.stream().map(vma -> new PageRange(vma.startVpn(), vma.endVpn())).toList();
  }
}
