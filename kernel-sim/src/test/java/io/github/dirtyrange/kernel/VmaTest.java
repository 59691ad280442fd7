package io.github.dirtyrange.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class VmaTest {

  private static Vma vma(long start, long end) {
    return new Vma(start, end, true, true, false, false, 0, 0, 0, "");
  }

  /** Mappings that touch, or have gaps between them. */
  private static List<Vma> ascending(List<Integer> lengths) {
    List<Vma> all = new ArrayList<>();
    long at = 2;
    for (int length : lengths) {
      if (length > 0) {
        all.add(vma(at, at + length));
      }
      at += Math.abs(length);
    }
    return all;
  }

  @Property
  void theFirstThatEndsAfterAPageIsFound(
      @ForAll @Size(max = 12) List<@IntRange(min = -4, max = 4) Integer> lengths,
      @ForAll @IntRange(max = 60) int vpn) {
    List<Vma> all = ascending(lengths);
    int first =
        IntStream.range(0, all.size())
            .filter(i -> all.get(i).endVpn() > vpn)
            .findFirst()
            .orElse(all.size());
    assertThat(Vma.firstEndingAfter(all, vpn)).isEqualTo(first);
    assertThat(first < all.size() && all.get(first).holds(vpn))
        .isEqualTo(all.stream().anyMatch(each -> each.startVpn() <= vpn && vpn < each.endVpn()));
  }
}
