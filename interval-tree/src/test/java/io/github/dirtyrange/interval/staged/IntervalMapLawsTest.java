package io.github.dirtyrange.interval.staged;

import io.github.dirtyrange.interval.PageIntervalMap;
import net.jqwik.api.Group;

/** Every implementation against the laws, the staged one also with tiny capacities. */
@SuppressWarnings("ClassCanBeStatic") // a group of jqwik must be an inner class
class IntervalMapLawsTest {

  static StagedLimits tiny(int entries) {
    return new StagedLimits(
        entries, entries, 16L * entries, 8, entries / 4, entries / 2, entries, 1);
  }

  @Group
  class Tree extends IntervalMapLaws {
    @Override
    public PageIntervalMap newMap() {
      return new TreeIntervalMap();
    }
  }

  @Group
  class Created extends IntervalMapLaws {
    @Override
    public PageIntervalMap newMap() {
      return IntervalMaps.create();
    }
  }

  @Group
  class StageOf4 extends IntervalMapLaws {
    @Override
    public PageIntervalMap newMap() {
      return new StagedIntervalMap(tiny(4));
    }
  }

  @Group
  class StageOf64 extends IntervalMapLaws {
    @Override
    public PageIntervalMap newMap() {
      return new StagedIntervalMap(tiny(64));
    }
  }

  @Group
  class StageOf1024 extends IntervalMapLaws {
    @Override
    public PageIntervalMap newMap() {
      return new StagedIntervalMap(tiny(1024));
    }
  }

  /** With room enough a bounded map is exact. */
  @Group
  class Bounded extends IntervalMapLaws {
    @Override
    public PageIntervalMap newMap() {
      return IntervalMaps.bounded(1 << 17, Space.FREE_BIT);
    }
  }
}
