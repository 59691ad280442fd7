package io.github.dirtyrange.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pages of one or several processes that have the same memory behind them, as a checkpoint wants to
 * know them: it copies each once.
 *
 * @param places where it is mapped, at least two places, in the order of processes and addresses
 */
public record PageSharing(List<Place> places) {

  /**
   * A page of a process.
   *
   * @param pid the process
   * @param vpn the page
   */
  public record Place(int pid, long vpn) {}

  private static final int CHUNK = 1 << 14;

  /** Copies the list. */
  public PageSharing {
    places = List.copyOf(places);
  }

  /**
   * {@return what the processes share, with one another or within themselves} Takes time in
   * proportion to all that they have mapped.
   *
   * @throws KernelException ESRCH if one of them has gone
   */
  public static List<PageSharing> among(Collection<? extends TrackedProcess> processes) {
    Map<Long, List<Place>> byMemory = new LinkedHashMap<>();
    for (TrackedProcess process : processes) {
      for (Vma vma : process.maps()) {
        collect(process, vma, byMemory);
      }
    }
    return byMemory.values().stream()
        .filter(places -> places.size() > 1)
        .map(PageSharing::new)
        .toList();
  }

  private static void collect(TrackedProcess process, Vma vma, Map<Long, List<Place>> byMemory) {
    long[] ids = new long[(int) Math.min(vma.pages(), CHUNK)];
    for (long vpn = vma.startVpn(); vpn < vma.endVpn(); vpn += ids.length) {
      int wanted = (int) Math.min(ids.length, vma.endVpn() - vpn);
      int got = process.readMemoryIds(vpn, wanted, ids);
      for (int i = 0; i < got; i++) {
        if (ids[i] != 0) {
          byMemory
              .computeIfAbsent(ids[i], id -> new ArrayList<>(1))
              .add(new Place(process.pid(), vpn + i));
        }
      }
    }
  }
}
