package io.github.dirtyrange.criu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedRange;
import io.github.dirtyrange.saved.SavedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes a random chain, and remembers what each process's pages are in each generation. */
final class ModelChain {

  private static final int MOST_CONTENT = 60_000;

  /** Of one process in one generation: contents by page, and the pages that have none. */
  record Memory(int generation, int pid, Map<Long, Integer> contents, TreeSet<Long> nothing) {}

  private final Random random;
  private final Path folder;
  private final List<Memory> memories = new ArrayList<>();

  private ModelChain(Random random, Path folder) {
    this.random = random;
    this.folder = folder;
  }

  /** {@return what was written into directories d1, d2 and so on, each building on the last} */
  static ModelChain write(long seed, Path folder, int generations) throws IOException {
    ModelChain chain = new ModelChain(new Random(seed), folder);
    Map<Integer, Memory> before = Map.of();
    for (int number = 1; number <= generations; number++) {
      before = chain.generation(number, before);
    }
    return chain;
  }

  List<Memory> memories() {
    return memories;
  }

  private Map<Integer, Memory> generation(int number, Map<Integer, Memory> before)
      throws IOException {
    SmallImages.Style[] styles = SmallImages.Style.values();
    SmallImages images =
        new SmallImages(folder.resolve("d" + number), styles[random.nextInt(styles.length)]);
    if (number > 1) {
      images.parent("../d" + (number - 1));
    }
    boolean isPreDump = random.nextInt(3) == 0;
    Map<Integer, Memory> now = new TreeMap<>();
    long[] counts = {0, 0};
    for (int pid : List.of(7, 4711)) {
      if (random.nextInt(4) > 0 || pid == 7) {
        Memory parent =
            before.getOrDefault(pid, new Memory(0, pid, new TreeMap<>(), new TreeSet<>()));
        now.put(pid, process(images, number, parent, isPreDump, counts));
      }
    }
    images.uptime(number * 1_000L).stats(counts[0], counts[1]);
    memories.addAll(now.values());
    return now;
  }

  private Memory process(
      SmallImages images, int number, Memory parent, boolean isPreDump, long[] counts)
      throws IOException {
    List<SmallImages.Area> areas = areas();
    List<SmallImages.Run> runs = new ArrayList<>();
    List<Integer> stored = new ArrayList<>();
    Map<Long, Integer> contents = new TreeMap<>();
    TreeSet<Long> nothing = new TreeSet<>();
    for (SmallImages.Area area : areas) {
      for (long vpn = area.start(); vpn < area.end(); vpn++) {
        Integer old = parent.contents().get(vpn);
        int choice = random.nextInt(old == null ? 2 : 4);
        if (choice == 0) {
          nothing.add(vpn);
        } else if (choice == 1 || old == null) {
          contents.put(vpn, random.nextInt(MOST_CONTENT));
          stored.add(contents.get(vpn));
          add(runs, vpn, SmallImages.PRESENT);
        } else {
          contents.put(vpn, old);
          add(runs, vpn, SmallImages.PARENT);
          counts[1]++;
        }
      }
    }
    counts[0] += stored.size();
    images.pages(
        parent.pid(), parent.pid() + 1, runs, stored.stream().mapToInt(each -> each).toArray());
    if (!isPreDump) {
      images.mappings(parent.pid(), 2_000, areas);
    }
    return new Memory(number, parent.pid(), contents, isPreDump ? new TreeSet<>() : nothing);
  }

  private List<SmallImages.Area> areas() {
    List<SmallImages.Area> areas = new ArrayList<>();
    long at = 5L + random.nextInt(3);
    for (int i = random.nextInt(4); i >= 0; i--) {
      long end = at + 1 + random.nextInt(7);
      areas.add(SmallImages.Area.of(at, end));
      at = end + random.nextInt(3);
    }
    return areas;
  }

  private void add(List<SmallImages.Run> runs, long vpn, int flags) {
    int last = runs.size() - 1;
    if (last >= 0 && random.nextInt(4) > 0) {
      SmallImages.Run run = runs.get(last);
      if (run.flags() == flags && run.vpn() + run.pages() == vpn) {
        runs.set(last, new SmallImages.Run(run.vpn(), run.pages() + 1, flags));
        return;
      }
    }
    runs.add(new SmallImages.Run(vpn, 1, flags));
  }

  /** Checks that memory has the contents that were written. */
  static void requireSame(Memory model, SavedMemory memory) throws IOException {
    requireRangesFillMappings(memory);
    TreeSet<Long> pages = new TreeSet<>(model.contents().keySet());
    pages.addAll(model.nothing());
    TreeSet<Long> mapped = new TreeSet<>();
    for (SavedMapping mapping : memory.mappings()) {
      for (long vpn = mapping.startVpn(); vpn < mapping.endVpn(); vpn++) {
        mapped.add(vpn);
      }
    }
    assertThat(mapped).as(memory.title()).isEqualTo(pages);
    SavedReader reader = memory.pages();
    for (long vpn : pages) {
      ByteBuffer bytes = ByteBuffer.allocate(4096);
      PageClass found = reader.read(vpn, bytes);
      Integer content = model.contents().get(vpn);
      String which = memory.title() + ", page " + vpn;
      if (content == null) {
        assertThat(found).as(which).isEqualTo(PageClass.NOTHING);
        assertThat(bytes.position()).as(which).isZero();
      } else {
        assertThat(found).as(which).isEqualTo(PageClass.DATA);
        assertThat(bytes.array()).as(which).isEqualTo(SmallImages.page(content));
      }
    }
  }

  private static void requireRangesFillMappings(SavedMemory memory) {
    int at = 0;
    List<SavedRange> ranges = memory.saved();
    long last = 0;
    for (SavedMapping mapping : memory.mappings()) {
      assertThat(mapping.startVpn()).isGreaterThanOrEqualTo(last);
      long next = mapping.startVpn();
      while (next < mapping.endVpn()) {
        assertThat(ranges.get(at).startVpn()).isEqualTo(next);
        assertThat(ranges.get(at).endVpn()).isGreaterThan(next);
        next = ranges.get(at++).endVpn();
      }
      assertThat(next).isEqualTo(mapping.endVpn());
      last = next;
    }
    assertThat(ranges).hasSize(at);
  }
}
