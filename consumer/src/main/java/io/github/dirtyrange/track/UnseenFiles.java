package io.github.dirtyrange.track;

import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.MemoryKind;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.kernel.Vma;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The memory with a file behind it, for strategies that do not see what changes in the file. */
public final class UnseenFiles {

  /** Why they are unseen, for people. */
  public static final String REASON =
      "calls on the file behind it are not seen: write(2), truncation, hole punching, MADV_REMOVE";

  private UnseenFiles() {}

  /** {@return where a file may change pages unseen, if the claims are not of files as well} */
  static List<Unseen> of(Claims claims, TrackedProcess process, TrackedRanges ranges) {
    List<Unseen> unseen = new ArrayList<>();
    if (claims.keeps(Law.COMPLETE, MemoryKind.FILE_BACKED)) {
      return unseen;
    }
    for (Vma vma : process.maps()) {
      if (MemoryKind.of(vma) == MemoryKind.FILE_BACKED) {
        ranges.clip(
            vma.startVpn(), vma.endVpn(), (from, to) -> unseen.add(new Unseen(from, to, REASON)));
      }
    }
    return unseen;
  }

  /** {@return both lists in one, in ascending order; a page may be in it for two reasons} */
  static List<Unseen> and(List<Unseen> others, List<Unseen> files) {
    List<Unseen> all = new ArrayList<>(others);
    all.addAll(files);
    all.sort(Comparator.comparingLong(Unseen::startVpn));
    return all;
  }
}
