package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.linux.PageClasses;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** On the running kernel. */
record LinuxWalkedProcess(PageClasses pages) implements WalkedProcess {

  @Override
  public int pid() {
    return pages.pid();
  }

  @Override
  public Map<String, PageRange> classes() {
    Map<String, PageRange> named = new LinkedHashMap<>();
    for (PageClasses.PageClass each : PageClasses.PageClass.values()) {
      @Nullable PageRange range = pages.ranges().get(each);
      if (range != null) {
        named.put(each.label(), range);
      }
    }
    return named;
  }

  @Override
  public void close() {
    pages.close();
  }
}
