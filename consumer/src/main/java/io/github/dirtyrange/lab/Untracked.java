package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.MemoryKind;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.lab.result.NotTracked;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Names the memory of a process that verdicts are not about, or by one truth alone. */
final class Untracked {

  private static final String SHARED =
      "shared or of a file: its bytes are not compared, and calls on the file are seen by nobody";

  private static final String ANONYMOUS = "[anon]";

  private Untracked() {}

  /** {@return the mappings by name and reason, in ascending order of the first of each} */
  static List<NotTracked> of(List<Vma> mappings, Optional<Arming> arming) {
    Map<Vma, String> refused = new HashMap<>();
    arming
        .map(Arming::refused)
        .orElse(List.of())
        .forEach(refusal -> refused.put(refusal.vma(), refusal.reason()));
    Map<NotTracked, Long> pages = new LinkedHashMap<>();
    for (Vma vma : mappings) {
      String reason = refused.getOrDefault(vma, reasonOf(MemoryKind.of(vma)));
      if (!reason.isEmpty()) {
        String name = vma.path().isEmpty() ? ANONYMOUS : vma.path();
        pages.merge(new NotTracked(name, 0, reason), vma.pages(), Long::sum);
      }
    }
    return pages.entrySet().stream()
        .map(each -> new NotTracked(each.getKey().mapping(), each.getValue(), each.getKey().why()))
        .toList();
  }

  private static String reasonOf(MemoryKind kind) {
    return kind == MemoryKind.FILE_BACKED ? SHARED : "";
  }
}
