package io.github.dirtyrange.linux.selftest;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.bpf.Change;
import io.github.dirtyrange.linux.selftest.ChangeWay.Script;
import io.github.dirtyrange.linux.sys.Abi;
import java.util.ArrayList;
import java.util.List;

/** Ways to change pages that need nothing but system calls of the process whose pages they are. */
final class Ways {

  /** What most ways change. */
  private static final int SOME = 64;

  private static final int HUGE = 512;

  /** The other end of a place: where things are moved to. */
  private static final int FAR = 4 * HUGE;

  static final List<ChangeWay> ALL = all();

  private Ways() {}

  private static List<ChangeWay> all() {
    List<ChangeWay> all = new ArrayList<>();
    all.addAll(faults());
    all.addAll(calls());
    all.addAll(mappings());
    all.addAll(reclaimed());
    all.addAll(hugePages());
    all.addAll(files());
    all.addAll(userfaultfds());
    return List.copyOf(all);
  }

  private static ChangeWay way(String name, Script script, Change... told) {
    return new ChangeWay(name, false, List.of(told), script);
  }

  /** One that every kernel knows. */
  private static ChangeWay always(String name, Script script, Change... told) {
    return new ChangeWay(name, true, List.of(told), script);
  }

  private static List<ChangeWay> faults() {
    return List.of(
        always(
            "a first write",
            scene -> {
              scene.map(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.write(8, 16));
            },
            Change.FAULT),
        always(
            "a write to what was written",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.write(8, 16));
            },
            Change.FAULT),
        way(
            "a first read",
            scene -> {
              scene.map(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.read(8, 16));
            },
            Change.FAULT),
        way(
            "a write to what was read",
            scene -> {
              scene.map(0, SOME);
              scene.read(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.write(8, 16));
            },
            Change.FAULT),
        way(
            "a stack that grows",
            scene -> {
              scene.calls().unmap(scene.at(0), Pages.address(FAR));
              scene.calls().mapGrowingDown(scene.at(FAR), SOME);
              scene.changing(() -> scene.write(FAR - 4, 4));
              scene.requireTold(Change.NEW_MAPPING, scene.at(FAR - 4), 4);
            },
            Change.NEW_MAPPING,
            Change.FAULT));
  }

  private static List<ChangeWay> calls() {
    return List.of(
        way(
            "read(2)",
            scene -> {
              int file = scene.calls().file(16);
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.calls().readInto(file, scene.at(8), 16));
            },
            Change.FAULT),
        always(
            "process_vm_writev(2)",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.calls().writeAsAnother(scene.at(8), 4));
            },
            Change.FAULT),
        always(
            "/proc/PID/mem",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.calls().writeThroughFile(scene.at(8)));
              scene.requireTold(Change.WRITTEN_BY_ANOTHER, scene.at(8), 1);
            },
            Change.FAULT,
            Change.WRITTEN_BY_ANOTHER),
        way(
            "MADV_POPULATE_WRITE",
            scene -> {
              scene.map(0, SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().advise(scene.at(8), 16, Abi.MADV_POPULATE_WRITE));
            },
            Change.FAULT),
        way(
            "MADV_POPULATE_READ",
            scene -> {
              scene.map(0, SOME);
              scene.changingArmed(
                  0,
                  SOME,
                  () -> scene.calls().advise(scene.at(8), 16, SceneCalls.MADV_POPULATE_READ));
            },
            Change.FAULT),
        way(
            "mlock(2)",
            scene -> {
              scene.map(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.calls().lock(scene.at(8), 4));
            },
            Change.FAULT),
        always(
            "MADV_DONTNEED",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().advise(scene.at(8), 16, Abi.MADV_DONTNEED));
            },
            Change.ZAPPED),
        way(
            "MADV_DONTNEED and a write",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0,
                  SOME,
                  () -> {
                    scene.calls().advise(scene.at(8), 16, Abi.MADV_DONTNEED);
                    scene.write(8, 4);
                  });
            },
            Change.ZAPPED,
            Change.FAULT),
        way(
            "clear_refs, by another",
            scene -> {
              scene.mapWritten(0, SOME);
              // Memory that was never touched is new no more, either: no entry tells that.
              scene.clearReferences();
              scene.write(0, SOME);
              scene.changing(scene::clearReferences);
            },
            Change.REFERENCES_CLEARED),
        way(
            "guard pages made",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changing(() -> scene.calls().advise(scene.at(8), 16, Abi.MADV_GUARD_INSTALL));
            },
            Change.GUARDED,
            Change.ZAPPED),
        way(
            "guard pages taken away",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.calls().advise(scene.at(8), 16, Abi.MADV_GUARD_INSTALL);
              scene.changing(
                  () -> scene.calls().advise(scene.at(8), 16, SceneCalls.MADV_GUARD_REMOVE));
            },
            Change.GUARDED));
  }

  private static List<ChangeWay> mappings() {
    return List.of(
        always(
            "mmap(2)",
            scene -> {
              scene.changing(() -> scene.map(0, SOME));
              scene.requireTold(Change.NEW_MAPPING, scene.at(0), SOME);
            },
            Change.NEW_MAPPING),
        way(
            "MAP_POPULATE",
            scene -> scene.changing(() -> scene.calls().mapPopulated(scene.at(0), SOME)),
            Change.FAULT,
            Change.NEW_MAPPING),
        always(
            "munmap(2)",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().unmap(scene.at(8), Pages.address(16)));
              scene.requireTold(Change.UNMAPPED, scene.at(8), 16);
            },
            Change.UNMAPPED,
            Change.ZAPPED),
        way(
            "MAP_FIXED over something",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.map(8, 16));
              scene.requireTold(Change.UNMAPPED, scene.at(8), 16);
              scene.requireTold(Change.NEW_MAPPING, scene.at(8), 16);
            },
            Change.UNMAPPED,
            Change.NEW_MAPPING),
        always(
            "munmap(2), mmap(2) and a write",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0,
                  SOME,
                  () -> {
                    scene.calls().unmap(scene.at(8), Pages.address(16));
                    scene.mapWritten(8, 16);
                  });
            },
            Change.UNMAPPED,
            Change.NEW_MAPPING,
            Change.FAULT),
        always(
            "mremap(2) to another place",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().move(scene.at(8), 16, scene.at(FAR + 3)));
              scene.requireTold(Change.MOVED, scene.at(FAR + 3), 16);
              scene.requireTold(Change.NEW_MAPPING, scene.at(FAR + 3), 16);
            },
            Change.MOVED,
            Change.REMAPPED,
            Change.UNMAPPED),
        way(
            "mremap(2) of whole page tables",
            scene -> {
              scene.mapWritten(0, 2 * HUGE);
              scene.changingArmed(
                  0, 2 * HUGE, () -> scene.calls().move(scene.at(0), 2 * HUGE, scene.at(FAR)));
              scene.requireTold(Change.MOVED, scene.at(FAR), 2 * HUGE);
            },
            Change.MOVED,
            Change.UNMAPPED),
        way(
            "mremap(2) that leaves the mapping",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().moveContents(scene.at(0), SOME, scene.at(FAR)));
              scene.requireTold(Change.MOVED, scene.at(FAR), SOME);
              scene.requireTold(Change.ZAPPED, scene.at(0), SOME);
            },
            Change.MOVED),
        way(
            "mremap(2) that grows",
            scene -> {
              scene.mapWritten(0, 16);
              scene.calls().unmap(scene.at(16), Pages.address(SOME));
              scene.changingArmed(
                  0,
                  16,
                  () -> {
                    scene.calls().resize(scene.at(0), 16, 32);
                    scene.write(20, 4);
                  });
              scene.requireTold(Change.NEW_MAPPING, scene.at(16), 16);
            },
            Change.REMAPPED,
            Change.FAULT),
        way(
            "mremap(2) that shrinks",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.calls().resize(scene.at(0), SOME, 8));
            },
            Change.UNMAPPED,
            Change.ZAPPED),
        way(
            "brk(2) that grows",
            scene -> {
              long end = scene.calls().brk(0);
              scene.watch(end, SOME);
              scene.changing(
                  () -> {
                    scene.calls().brk(end + Pages.address(SOME));
                    scene.calls().store(end, 16);
                  });
              scene.requireTold(Change.NEW_MAPPING, end, SOME);
              scene.calls().brk(end);
            },
            Change.NEW_MAPPING,
            Change.FAULT),
        way(
            "brk(2) that shrinks",
            scene -> {
              long end = scene.calls().brk(0);
              scene.watch(end, SOME);
              scene.calls().brk(end + Pages.address(SOME));
              scene.calls().store(end, SOME);
              scene.changing(() -> scene.calls().brk(end));
            },
            Change.UNMAPPED,
            Change.ZAPPED));
  }

  private static List<ChangeWay> reclaimed() {
    return List.of(
        way(
            "pages that go to swap",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> pageOut(scene, 8, 16));
            },
            Change.RECLAIMED),
        way(
            "pages that come back from swap",
            scene -> {
              scene.mapWritten(0, SOME);
              pageOut(scene, 0, SOME);
              scene.changingArmed(0, SOME, () -> scene.read(8, 16));
            },
            Change.FAULT,
            Change.MAPPED),
        way(
            "MADV_FREE of what is in swap",
            scene -> {
              scene.mapWritten(0, SOME);
              pageOut(scene, 0, SOME);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().advise(scene.at(8), 16, SceneCalls.MADV_FREE));
            },
            Change.FREED),
        way(
            "MADV_FREE, and reclaim",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(
                  0,
                  SOME,
                  () -> {
                    scene.calls().advise(scene.at(8), 16, SceneCalls.MADV_FREE);
                    pageOut(scene, 8, 16);
                  });
            },
            Change.RECLAIMED,
            Change.FREED));
  }

  private static void pageOut(Scene scene, int page, int pages) {
    scene.calls().advise(scene.at(page), pages, Abi.MADV_PAGEOUT);
  }

  private static List<ChangeWay> hugePages() {
    return List.of(
        way(
            "a huge page's first write",
            scene -> {
              scene.map(0, 2 * HUGE);
              scene.calls().advise(scene.at(0), 2 * HUGE, Abi.MADV_HUGEPAGE);
              scene.changing(() -> scene.write(HUGE + 5, 1));
            },
            Change.HUGE_FAULT),
        way(
            "a write to an armed huge page",
            scene -> {
              mapHuge(scene);
              scene.changingArmed(0, 2 * HUGE, () -> scene.write(HUGE + 5, 1));
            },
            Change.HUGE_FAULT,
            Change.SPLIT,
            Change.FAULT),
        way(
            "MADV_COLLAPSE",
            scene -> {
              scene.map(0, 2 * HUGE);
              scene.calls().advise(scene.at(0), 2 * HUGE, Abi.MADV_NOHUGEPAGE);
              scene.write(0, HUGE);
              scene.calls().advise(scene.at(0), 2 * HUGE, Abi.MADV_HUGEPAGE);
              scene.changing(
                  () -> scene.calls().advise(scene.at(0), HUGE, SceneCalls.MADV_COLLAPSE));
              scene.requireTold(Change.COLLAPSED, scene.at(0), HUGE);
            },
            Change.COLLAPSED),
        way(
            "a part of a huge page is unmapped",
            scene -> {
              mapHuge(scene);
              scene.changingArmed(
                  0, 2 * HUGE, () -> scene.calls().unmap(scene.at(8), Pages.address(16)));
            },
            Change.UNMAPPED,
            Change.SPLIT),
        way(
            "MADV_DONTNEED of a part of a huge page",
            scene -> {
              mapHuge(scene);
              scene.changingArmed(
                  0, 2 * HUGE, () -> scene.calls().advise(scene.at(8), 16, Abi.MADV_DONTNEED));
            },
            Change.ZAPPED,
            Change.SPLIT),
        way(
            "huge pages that go to swap",
            scene -> {
              mapHuge(scene);
              scene.changingArmed(0, 2 * HUGE, () -> pageOut(scene, 0, HUGE));
            },
            Change.RECLAIMED,
            Change.SPLIT),
        way(
            "mremap(2) of huge pages",
            scene -> {
              mapHuge(scene);
              scene.changingArmed(
                  0, 2 * HUGE, () -> scene.calls().move(scene.at(0), 2 * HUGE, scene.at(FAR)));
            },
            Change.MOVED,
            Change.UNMAPPED));
  }

  private static void mapHuge(Scene scene) {
    scene.map(0, 2 * HUGE);
    scene.calls().advise(scene.at(0), 2 * HUGE, Abi.MADV_HUGEPAGE);
    scene.write(0, 2 * HUGE);
  }

  private static List<ChangeWay> files() {
    return List.of(
        always(
            "a first write to shared memory",
            scene -> {
              int file = scene.calls().file(SOME);
              scene.calls().mapShared(scene.at(0), SOME, file);
              scene.changingArmed(0, SOME, () -> scene.write(8, 16));
            },
            Change.FAULT),
        way(
            "a page of a file is read, and those around it",
            scene -> {
              int file = scene.calls().file(SOME);
              scene.calls().mapPrivate(scene.at(0), SOME, file);
              scene.changing(() -> scene.read(8, 1));
            },
            Change.MAPPED,
            Change.FAULT),
        way(
            "a page of a file becomes the process's own",
            scene -> {
              int file = scene.calls().file(SOME);
              scene.calls().mapPrivate(scene.at(0), SOME, file);
              scene.read(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.write(8, 16));
            },
            Change.FAULT),
        way(
            "ftruncate(2)",
            scene -> {
              int file = mapWrittenFile(scene);
              scene.changingArmed(0, SOME, () -> scene.calls().truncate(file, 8));
            },
            Change.ZAPPED),
        way(
            "a hole punched into a file",
            scene -> {
              int file = mapWrittenFile(scene);
              scene.changingArmed(0, SOME, () -> scene.calls().punch(file, 8, 16));
            },
            Change.ZAPPED),
        way(
            "MADV_REMOVE",
            scene -> {
              mapWrittenFile(scene);
              scene.changingArmed(
                  0, SOME, () -> scene.calls().advise(scene.at(8), 16, SceneCalls.MADV_REMOVE));
            },
            Change.ZAPPED),
        way(
            "shared memory that goes to swap",
            scene -> {
              mapWrittenFile(scene);
              scene.changingArmed(0, SOME, () -> pageOut(scene, 8, 16));
            },
            Change.RECLAIMED),
        way(
            "MADV_COLLAPSE of shared memory",
            scene -> {
              mapWrittenFile(scene, HUGE);
              scene.changing(() -> collapse(scene));
              scene.requireToldWithoutPlace(Change.RETRACTED);
            },
            Change.COLLAPSED,
            Change.RETRACTED),
        way(
            "a huge page of shared memory is read",
            scene -> {
              mapWrittenFile(scene, HUGE);
              collapse(scene);
              scene.calls().advise(scene.at(0), HUGE, Abi.MADV_DONTNEED);
              scene.changing(() -> scene.read(5, 1));
            },
            Change.HUGE_FAULT,
            Change.MAPPED,
            Change.FAULT),
        way(
            "a part of a huge page of shared memory is dropped",
            scene -> {
              mapWrittenFile(scene, HUGE);
              collapse(scene);
              scene.read(0, HUGE);
              scene.changing(() -> scene.calls().advise(scene.at(8), 16, Abi.MADV_DONTNEED));
            },
            Change.SPLIT,
            Change.ZAPPED));
  }

  private static void collapse(Scene scene) {
    scene.calls().advise(scene.at(0), HUGE, SceneCalls.MADV_COLLAPSE);
  }

  private static int mapWrittenFile(Scene scene) {
    return mapWrittenFile(scene, SOME);
  }

  private static int mapWrittenFile(Scene scene, int pages) {
    int file = scene.calls().file(pages);
    scene.calls().mapShared(scene.at(0), pages, file);
    scene.write(0, pages);
    return file;
  }

  private static List<ChangeWay> userfaultfds() {
    return List.of(
        way(
            "write-protection lifted",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.arming().lift(scene.at(8), 16));
            },
            Change.USERFAULTFD),
        way(
            "memory that is registered no more",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.arming().unregister(scene.at(8), 16));
            },
            Change.USERFAULTFD),
        way(
            "a userfaultfd closed",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.changingArmed(0, SOME, () -> scene.arming().giveUp());
            },
            Change.UNREGISTERED),
        way(
            "UFFDIO_COPY",
            scene -> {
              int fd = registerMissing(scene);
              scene.changing(() -> scene.calls().copy(fd, scene.at(FAR), 16, scene.at(8)));
            },
            Change.USERFAULTFD),
        way(
            "UFFDIO_ZEROPAGE",
            scene -> {
              int fd = registerMissing(scene);
              scene.changing(() -> scene.calls().zero(fd, scene.at(8), 16));
            },
            Change.USERFAULTFD),
        way(
            "UFFDIO_MOVE",
            scene -> {
              int fd = registerMissing(scene);
              scene.changing(
                  () -> scene.calls().moveByUserfaultfd(fd, scene.at(FAR), 16, scene.at(8)));
            },
            Change.USERFAULTFD),
        way(
            "UFFDIO_POISON",
            scene -> {
              int fd = registerMissing(scene);
              scene.changing(() -> scene.calls().poison(fd, scene.at(8), 16));
            },
            Change.USERFAULTFD));
  }

  /** What a call is to fill; what it may take is at the other end. */
  private static int registerMissing(Scene scene) {
    scene.map(0, SOME);
    scene.mapWritten(FAR, SOME);
    int fd = scene.calls().userfaultfd(0);
    scene.calls().register(fd, scene.at(0), SOME, SceneCalls.UFFDIO_REGISTER_MODE_MISSING);
    return fd;
  }
}
