package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The two letters by which smaps names each flag of a mapping: {@code show_smap_vma_flags}, {@code
 * fs/proc/task_mmu.c}.
 */
public final class VmFlagNames {

  /** In the order in which smaps shows them: that of the bits. */
  private static final Map<Long, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put(VmFlags.READ, "rd");
    NAMES.put(VmFlags.WRITE, "wr");
    NAMES.put(VmFlags.EXEC, "ex");
    NAMES.put(VmFlags.SHARED, "sh");
    NAMES.put(VmFlags.MAYREAD, "mr");
    NAMES.put(VmFlags.MAYWRITE, "mw");
    NAMES.put(VmFlags.MAYEXEC, "me");
    NAMES.put(VmFlags.MAYSHARE, "ms");
    NAMES.put(VmFlags.GROWSDOWN, "gd");
    NAMES.put(VmFlags.UFFD_MISSING, "um");
    NAMES.put(VmFlags.UFFD_WP, "uw");
    NAMES.put(VmFlags.LOCKED, "lo");
    NAMES.put(VmFlags.DONTCOPY, "dc");
    NAMES.put(VmFlags.DONTEXPAND, "de");
    NAMES.put(VmFlags.ACCOUNT, "ac");
    NAMES.put(VmFlags.NORESERVE, "nr");
    NAMES.put(VmFlags.HUGETLB, "ht");
    NAMES.put(VmFlags.WIPEONFORK, "wf");
    NAMES.put(VmFlags.SOFTDIRTY, "sd");
    NAMES.put(VmFlags.HUGEPAGE, "hg");
    NAMES.put(VmFlags.NOHUGEPAGE, "nh");
    NAMES.put(VmFlags.MERGEABLE, "mg");
    NAMES.put(VmFlags.MAYBE_GUARD, "gu");
  }

  private VmFlagNames() {}

  /** {@return the names of those flags that have one, for instance "rd wr mr mw me ac"} */
  public static String of(long flags) {
    StringJoiner names = new StringJoiner(" ");
    for (Map.Entry<Long, String> name : NAMES.entrySet()) {
      if ((flags & name.getKey()) != 0) {
        names.add(name.getValue());
      }
    }
    return names.toString();
  }
}
