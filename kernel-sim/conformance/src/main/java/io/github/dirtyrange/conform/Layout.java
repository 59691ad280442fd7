package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import java.util.List;

/**
 * Where a program plays: arenas at the same addresses on every machine, far from all else that is
 * mapped, with an inaccessible page on either side of each, since neighbouring mappings merge.
 *
 * @param name what it is called in a program's text
 * @param arenas where to play, in pages relative to {@link #BASE}
 */
public record Layout(String name, List<PageRange> arenas) {

  /** The address that a program's addresses are relative to: a multiple of 1 GiB. */
  public static final long BASE = 0x10_0000_0000L;

  /** The arena at whose start the heap begins, in all layouts; it has a border of 2 MiB, too. */
  private static final PageRange HEAP = new PageRange(0xdf4, 0xe0c);

  /** Two arenas of some pages, each across a border of 2 MiB at the same offset. */
  public static final Layout SMALL =
      new Layout("small", List.of(new PageRange(0x1f0, 0x210), new PageRange(0x5f0, 0x610), HEAP));

  /** Two arenas that hold whole aligned blocks of 2 MiB and something on either side. */
  public static final Layout HUGE =
      new Layout("huge", List.of(new PageRange(0x1f8, 0x610), new PageRange(0x9f8, 0xc10), HEAP));

  /**
   * {@return the address, relative to {@link #BASE}, of a page that is never compared} Once it is
   * touched there is a page table of the upper level for all of a layout.
   */
  static long anchor() {
    return 1L << 29;
  }

  /** {@return the address at which the heap begins, relative to {@link #BASE}} */
  static long heap() {
    return Pages.address(HEAP.startVpn());
  }

  /** {@return whether an arena is the heap's} */
  static boolean isHeap(PageRange arena) {
    return arena.equals(HEAP);
  }

  /** Copies the list. */
  public Layout {
    arenas = List.copyOf(arenas);
  }

  /**
   * {@return the layout of that name}
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Layout of(String name) {
    return switch (name) {
      case "small" -> SMALL;
      case "huge" -> HUGE;
      default -> throw new IllegalArgumentException("no layout " + name);
    };
  }

  /** {@return the page numbers that are compared: the arenas and their fences} */
  public List<PageRange> compared() {
    long base = Pages.vpn(BASE);
    return arenas.stream()
        .map(a -> new PageRange(base + a.startVpn() - 1, base + a.endVpn() + 1))
        .toList();
  }

  /** {@return the fence pages, relative to {@link #BASE}} */
  public List<Long> fences() {
    return arenas.stream().flatMap(a -> List.of(a.startVpn() - 1, a.endVpn()).stream()).toList();
  }

  /** {@return whether an address lies where layouts map things} */
  public static boolean holds(long address) {
    return everything().contains(Pages.vpn(address - BASE));
  }

  /** {@return a range, relative to {@link #BASE}, outside of which no layout maps anything} */
  public static PageRange everything() {
    return new PageRange(0, 4L * Pages.PER_TABLE * 2);
  }
}
