package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Checks that a generation's parent is the one that its changes were counted from, as far as CRIU's
 * images let one see it: they name no parent but by a link, which leads wherever somebody set it.
 */
final class ParentCheck {

  private final CriuDirectory chain;
  private final List<SavedFault> faults;

  private ParentCheck(CriuDirectory chain, List<SavedFault> faults) {
    this.chain = chain;
    this.faults = faults;
  }

  /** Adds what is wrong with the parents of a chain. */
  static void check(CriuDirectory chain, List<SavedFault> faults) {
    ParentCheck check = new ParentCheck(chain, faults);
    List<ImageDirectory> generations = chain.generations();
    for (int i = 1; i < generations.size(); i++) {
      check.order(generations.get(i - 1), generations.get(i));
      check.between(generations.get(i - 1), generations.get(i));
    }
    chain.memories().forEach(check::process);
  }

  private void order(ImageDirectory parent, ImageDirectory child) {
    OptionalLong before = parent.uptime();
    OptionalLong after = child.uptime();
    if (before.isPresent() && after.isPresent() && before.getAsLong() >= after.getAsLong()) {
      wrong(
          child,
          "the parent was dumped when the machine was up for "
              + seconds(before.getAsLong())
              + ", and this at "
              + seconds(after.getAsLong())
              + ": it is newer, or of before a restart");
    }
  }

  /** What changed until the one in between is in that alone. */
  private void between(ImageDirectory parent, ImageDirectory child) {
    if (leansOn(child)) {
      Siblings.between(parent, child)
          .ifPresent(
              name ->
                  wrong(
                      child,
                      name
                          + " was dumped from the same parent in between, and pages that changed"
                          + " until then are in it alone"));
    }
  }

  private boolean leansOn(ImageDirectory child) {
    return child.pagemaps().values().stream().anyMatch(each -> each.leaningPages() > 0);
  }

  private static String seconds(long micros) {
    return Long.toUnsignedString(Long.divideUnsigned(micros, 1_000_000)) + " s";
  }

  private void process(CriuMemory memory) {
    if (memory.pagemap().leaningPages() == 0) {
      return;
    }
    if (memory.before().isEmpty()) {
      noParent(memory);
      return;
    }
    Optional<MmImage.Mm> now = memory.images().mm(memory.pid());
    Optional<MmImage.Mm> before = memory.before().get().images().mm(memory.pid());
    if (now.isPresent() && before.isPresent() && !isOneProgram(now.get(), before.get())) {
      wrong(
          memory.images(),
          "process "
              + memory.pid()
              + " has its stack at 0x"
              + Long.toHexString(now.get().startStack())
              + ", and the parent's at 0x"
              + Long.toHexString(before.get().startStack())
              + ": that is another process, or another program in it");
    }
  }

  private void noParent(CriuMemory memory) {
    int before = memory.generation() - 1;
    if (before > 0 && !chain.generations().get(before - 1).withPagemap().contains(memory.pid())) {
      wrong(
          memory.images(),
          "process "
              + memory.pid()
              + " has unchanged pages, and the parent has no such process: it is of another one");
    }
  }

  private static boolean isOneProgram(MmImage.Mm one, MmImage.Mm other) {
    return mayBeOne(one.startCode(), other.startCode())
        && mayBeOne(one.startStack(), other.startStack());
  }

  /** An address of 0 is one that is not known. */
  private static boolean mayBeOne(long address, long other) {
    return address == other || address == 0 || other == 0;
  }

  private void wrong(ImageDirectory child, String why) {
    ImageDirectory parent = chain.generations().get(child.number() - 2);
    faults.add(
        child.fault(
            Kind.WRONG_PARENT,
            child.title() + " lies over the wrong parent, " + parent.title() + ": " + why));
  }
}
