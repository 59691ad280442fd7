package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.interval.PageIntervalMap;
import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Claims;
import java.util.Optional;

/**
 * Bitmaps beside the page tables: a record is a bit for each page, whatever is queued already, and
 * a drain goes through the tables that have one. They come with the page tables, and are no part of
 * the budget; so no write is ever part of a coarse region for want of memory, at any budget.
 *
 * <p>What is unmapped leaves no page table to stand beside. That it is GONE is in a map of ranges,
 * which alone has a budget and coarsens. A page with both is told both: of a coarse region that
 * says WRITTEN every page was written.
 *
 * <p>There are two of each, recorded and drained by turns ({@link Generations}): a drain changes
 * over in one step, and takes the memory of what it has not handed out from nobody.
 */
public final class DirtyTablesQueue implements RecordQueue {

  /** Of a queue's least memory, what the CPUs' own places may take. */
  private static final int BUDGET_TO_CPUS = 8;

  private final Generations generations;
  private final DirtyTables tables;
  private final PageIntervalMap[] ranges;

  /** The design: {@code dirty-tables}. */
  public static final class Design implements QueueDesign {

    @Override
    public String name() {
      return "dirty-tables";
    }

    @Override
    public Claims claims() {
      return Claims.allBut();
    }

    @Override
    public RecordQueue open(QueueSpec spec) {
      return new DirtyTablesQueue(spec);
    }
  }

  private DirtyTablesQueue(QueueSpec spec) {
    generations = new Generations(spec.cpus(), spec.maxBytes() / BUDGET_TO_CPUS);
    tables = new DirtyTables(spec.ranges().endVpn(spec.ranges().count() - 1));
    long bytes = (spec.maxBytes() - generations.memoryBytes()) / 2;
    ranges =
        new PageIntervalMap[] {
          IntervalMaps.bounded(bytes, Categories.COARSE),
          IntervalMaps.bounded(bytes, Categories.COARSE)
        };
  }

  @Override
  public boolean record(int cpu, long startVpn, long endVpn, long changed) {
    int generation = generations.enter(cpu);
    try {
      long ofEntries = changed & ~Categories.GONE;
      if (ofEntries != 0) {
        tables.record(generation, startVpn, endVpn, ofEntries);
      }
      if (ofEntries != changed) {
        synchronized (ranges[generation]) {
          ranges[generation].add(startVpn, endVpn, Categories.GONE);
        }
      }
    } finally {
      generations.leave(cpu);
    }
    return true;
  }

  @Override
  public boolean move(int cpu, long fromVpn, long toVpn, long pages) {
    int generation = generations.enter(cpu);
    try {
      CopiedRegions copies = new CopiedRegions();
      tables.forEach(generation, fromVpn, fromVpn + pages, copies.moving(fromVpn, toVpn, pages));
      copies.show((start, end, changed) -> tables.record(generation, start, end, changed));
      synchronized (ranges[generation]) {
        Moves.copy(ranges[generation], fromVpn, toVpn, pages);
      }
    } finally {
      generations.leave(cpu);
    }
    return true;
  }

  private GenerationWalk begin() {
    int next = 1 - generations.current();
    tables.clear(next);
    synchronized (ranges[next]) {
      ranges[next].clear();
    }
    int complete = generations.flip();
    return new GenerationWalk(tables, ranges[complete], complete, 0);
  }

  @Override
  public long drain(RegionVisitor visitor) {
    TakenInPlace taken = begin();
    long entries = 0;
    while (!taken.isAtEnd()) {
      entries += taken.next(visitor);
    }
    return entries;
  }

  @Override
  public Optional<TakenInPlace> drainInPlace() {
    return Optional.of(begin());
  }

  @Override
  public void peek(RegionVisitor visitor) {
    int generation = generations.current();
    PageIntervalMap all = IntervalMaps.create();
    tables.forEach(generation, 0, PageIntervalMap.MAX_VPN, all::add);
    synchronized (ranges[generation]) {
      ranges[generation].forEach(all::add);
    }
    all.drain(visitor);
  }

  @Override
  public boolean isEmpty() {
    int generation = generations.current();
    synchronized (ranges[generation]) {
      return ranges[generation].isEmpty() && tables.isEmpty(generation);
    }
  }

  @Override
  public long tableBytes() {
    return tables.memoryBytes();
  }

  @Override
  public long memoryBytes() {
    long bytes = generations.memoryBytes() + tables.memoryBytes();
    for (PageIntervalMap map : ranges) {
      synchronized (map) {
        bytes += map.memoryBytes();
      }
    }
    return bytes;
  }
}
