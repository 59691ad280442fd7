package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Arming;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.MappedParts.Part;
import io.github.dirtyrange.linux.sys.Descriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Registers a process's mappings with a userfaultfd on its memory, from outside, in as few calls as
 * can be: neighbours that are registered one by one do not merge, and the process could run into
 * its limit of mappings.
 *
 * <p>Files on a disk are left out ({@link FilesOnDisk}), and memory of hugetlbfs. Before Linux 7.2
 * a scan with WP_MATCHING over a registered page of it that has no page table never returns, and
 * cannot be killed.
 */
public final class LinuxArming implements Arming {

  private final MemoryIdentity identity;
  private final ProcMaps maps;
  private final TrackedRanges ranges;
  private final Userfaultfd userfaultfd;
  private final UnregisteredParts unregistered;
  private final RegisteredByOthers others;
  private final WriteProtection writeProtection;
  private final MappingLimit limit = MappingLimit.read();
  private final OwnRegistrations own;
  private final long stoppedNanos;
  private final Runnable copies;
  private final Descriptor claim;
  private final Consumer<List<PageRange>> refreshed;
  private final FilesOnDisk filesOnDisk;
  private final Refusals refusals;
  private List<Vma> mappings = List.of();
  private List<Part> parts = List.of();

  /** Mappings that are registered by us; one that was made anew since may look the same. */
  private final Set<Vma> ours = new HashSet<>();

  private boolean open = true;

  /** What is done to a range, and whether it could be. */
  @FunctionalInterface
  private interface Call {
    boolean on(long startVpn, long endVpn);
  }

  /**
   * Registers nothing yet.
   *
   * @param taken what to register with; what the process has registered itself is left to it
   * @param refreshed is told what a refresh has registered
   */
  private LinuxArming(
      MemoryIdentity identity,
      ProcMaps maps,
      TrackedRanges tracked,
      TakenUserfaultfd taken,
      Descriptor claim,
      Consumer<List<PageRange>> refreshed) {
    this.identity = identity;
    this.maps = maps;
    own = taken.own();
    ranges = own.outside(tracked);
    userfaultfd = taken.userfaultfd();
    stoppedNanos = taken.stoppedNanos();
    copies = taken.copies();
    this.claim = claim;
    this.refreshed = refreshed;
    unregistered = new UnregisteredParts(identity.pagemap());
    others = new RegisteredByOthers(identity.pagemap(), own.places());
    writeProtection = new WriteProtection(identity.pagemap());
    filesOnDisk = new FilesOnDisk(identity);
    refusals = new Refusals(filesOnDisk);
  }

  /**
   * Takes a userfaultfd on a process's memory, registers and arms all that is mapped in the ranges.
   *
   * @param source opens one where the process has none to offer
   * @param refreshed is told what a refresh has registered
   * @throws KernelException EBUSY if the process is armed; what the source throws
   */
  public static LinuxArming open(
      MemoryIdentity identity,
      ProcMaps maps,
      TrackedRanges ranges,
      UserfaultfdSource source,
      Consumer<List<PageRange>> refreshed) {
    Descriptor claim = identity.claim(MemoryIdentity.Claim.ARMING);
    LinuxArming arming;
    try {
      arming = take(identity, maps, ranges, source, claim, refreshed);
    } catch (RuntimeException e) {
      claim.close();
      throw e;
    }
    try {
      arming.armAll();
      arming.copies.run();
      return arming;
    } catch (RuntimeException e) {
      arming.close();
      throw e;
    }
  }

  private static LinuxArming take(
      MemoryIdentity identity,
      ProcMaps maps,
      TrackedRanges ranges,
      UserfaultfdSource source,
      Descriptor claim,
      Consumer<List<PageRange>> refreshed) {
    TakenUserfaultfd taken = TakenUserfaultfd.take(identity, maps, source);
    try {
      taken.userfaultfd().markArmed(true);
      return new LinuxArming(identity, maps, ranges, taken, claim, refreshed);
    } catch (RuntimeException e) {
      taken.userfaultfd().close();
      throw e;
    }
  }

  private void armAll() {
    List<Part> added = new ArrayList<>();
    for (List<Part> run : runs(parts())) {
      register(run, added);
    }
    takeNewFilesOut();
    passOverOthers();
    arm(added);
  }

  /** From now on scans pass over what others have registered, as far as that is known. */
  private void passOverOthers() {
    identity.pagemap().leaveToOthers(others.among(parts, refusals));
  }

  /**
   * Takes files on a disk back out that were mapped since the mappings were listed; before anything
   * is armed, they come to no harm.
   */
  private void takeNewFilesOut() {
    List<Vma> now = maps.read();
    if (now == mappings) {
      return;
    }
    Set<Vma> listed = new HashSet<>(mappings);
    List<Vma> meanwhile =
        MappedParts.of(now, ranges).stream()
            .map(Part::vma)
            .filter(vma -> !listed.contains(vma))
            .toList();
    for (List<Vma> files : filesOnDisk.among(meanwhile).values()) {
      files.forEach(vma -> ranges.clip(vma.startVpn(), vma.endVpn(), this::unregisterIfOurs));
    }
  }

  /**
   * Arms what has just been registered, twice. After a mapping had lost its registration and was
   * registered again, pages were met that read as write-protected and could be written all the same
   * (docs/soak.md, seed 30069; how they come about is not known). A scan goes by the uffd-wp bit of
   * the entry and passes them over for good; UFFDIO_WRITEPROTECT does not. It stops at the first
   * mapping that is not registered any more, and the scan then takes the rest. Neither asks by whom
   * a mapping is registered: what lies between and is not ours is not to be in one call with these.
   */
  private void arm(List<Part> added) {
    Set<Part> taken = new HashSet<>(added);
    List<List<Part>> runs =
        MappedParts.runs(parts, part -> taken.contains(part) && WriteProtection.isArmed(part));
    for (List<Part> run : runs) {
      for (PageRange slice : MappedParts.slices(run)) {
        if (!writeProtect(slice.startVpn(), slice.endVpn())) {
          forEachIn(slice, run, this::writeProtect);
        }
      }
    }
    writeProtection.arm(added);
  }

  /** {@return whether all was registered still} */
  private boolean writeProtect(long startVpn, long endVpn) {
    try {
      userfaultfd.writeProtect(Pages.address(startVpn), Pages.address(endVpn - startVpn));
      return true;
    } catch (KernelException e) {
      identity.requireSame();
      return false;
    }
  }

  /**
   * {@inheritDoc} What was refused is tried again, where that may have changed. What touches is
   * registered and armed by itself: between two new mappings there may be one that is armed and was
   * written, and one that was made just now, of which nothing would be said.
   */
  @Override
  public List<PageRange> refresh() {
    copies.run();
    List<Part> fresh = look();
    if (limit.isNear(mappings.size())) {
      fresh.forEach(part -> refusals.add(part.vma(), limit.reason()));
      fresh = List.of();
    }
    List<Part> added = new ArrayList<>();
    for (List<Part> touching : MappedParts.touching(fresh)) {
      List<Part> registered = new ArrayList<>();
      register(touching, registered);
      takeNewFilesOut();
      arm(registered);
      added.addAll(registered);
    }
    if (!fresh.isEmpty()) {
      passOverOthers();
    }
    List<PageRange> registered = MappedParts.cover(added);
    refreshed.accept(registered);
    return registered;
  }

  @Override
  public void leaveToOthers() {
    look();
  }

  /** Sees what is mapped now, and by whom it is registered; {@return what is not} */
  private List<Part> look() {
    List<Vma> before = mappings;
    boolean dropped = refusals.dropPassing();
    List<Part> fresh = unregistered.among(runs(parts()));
    if (dropped || mappings != before || !fresh.isEmpty()) {
      lookForOthers(fresh);
    }
    passOverOthers();
    return fresh;
  }

  /**
   * Finds out by whom that is registered which has come or changed and is registered: to register
   * again does nothing where it is by us, and is refused where it is by another.
   */
  private void lookForOthers(List<Part> fresh) {
    ours.retainAll(new HashSet<>(mappings));
    fresh.forEach(part -> ours.remove(part.vma()));
    Set<Part> notRegistered = new HashSet<>(fresh);
    List<Part> unknown =
        parts.stream()
            .filter(part -> !ours.contains(part.vma()) && !notRegistered.contains(part))
            .filter(part -> !refusals.has(part.vma()))
            .toList();
    for (List<Part> touching : MappedParts.touching(unknown)) {
      register(touching, new ArrayList<>());
    }
  }

  @Override
  public List<Refusal> refused() {
    return refusals.with(own.refusals(mappings));
  }

  @Override
  public long stoppedNanos() {
    return stoppedNanos;
  }

  /** {@return what is mapped in the ranges now} Refusals of what is not there any more end. */
  private List<Part> parts() {
    List<Vma> now = maps.read();
    // The same list, where nothing has changed.
    if (now != mappings) {
      List<Part> inRanges = MappedParts.of(now, ranges);
      refusals.settle(now, inRanges);
      // Last: what could not be settled is settled next time.
      mappings = now;
      parts = inRanges;
    }
    return parts;
  }

  private List<List<Part>> runs(List<Part> parts) {
    return MappedParts.runs(parts, part -> !refusals.has(part.vma()));
  }

  /**
   * Registers parts in one call; if the kernel refuses, halves of them, down to the one it does.
   */
  private void register(List<Part> parts, List<Part> added) {
    if (parts.isEmpty()) {
      return;
    }
    long start = parts.get(0).startVpn();
    long pages = parts.get(parts.size() - 1).endVpn() - start;
    try {
      userfaultfd.register(Pages.address(start), Pages.address(pages));
    } catch (KernelException e) {
      identity.requireSame();
      registerHalves(parts, added, e);
      return;
    }
    List<Part> registered = userfaultfd.registeredHugetlb() ? withoutHugetlb(parts) : parts;
    registered.forEach(part -> ours.add(part.vma()));
    added.addAll(registered);
  }

  private void registerHalves(List<Part> parts, List<Part> added, KernelException refusal) {
    if (parts.size() == 1) {
      refusals.add(parts.get(0).vma(), refusal);
      return;
    }
    int middle = parts.size() / 2;
    register(parts.subList(0, middle), added);
    register(parts.subList(middle, parts.size()), added);
  }

  /**
   * Takes all memory of hugetlbfs back out of what was just registered, what was mapped since the
   * mappings were listed as well; {@return the parts that stay}
   */
  private List<Part> withoutHugetlb(List<Part> parts) {
    long start = parts.get(0).startVpn();
    long end = parts.get(parts.size() - 1).endVpn();
    List<Part> rest = new ArrayList<>(parts);
    for (PageRange hugetlb : Smaps.withFlag(identity.path("smaps"), Smaps.HUGETLB)) {
      long from = Math.max(start, hugetlb.startVpn());
      long to = Math.min(end, hugetlb.endVpn());
      if (from < to) {
        unregister(from, to);
        rest.stream()
            .filter(part -> hugetlb.contains(part.startVpn()))
            .forEach(part -> refusals.addHugetlb(part.vma()));
        rest.removeIf(part -> hugetlb.contains(part.startVpn()));
      }
    }
    return rest;
  }

  private void unregister(long startVpn, long endVpn) {
    userfaultfd.unregister(Pages.address(startVpn), Pages.address(endVpn - startVpn));
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    try {
      copies.run();
      disarm();
      identity.pagemap().leaveToOthers(OthersMemory.NONE);
      userfaultfd.markArmed(false);
    } catch (KernelException e) {
      // The memory has gone, and its registrations with it; closing takes back what may be left.
    } finally {
      userfaultfd.close();
      claim.close();
    }
  }

  /**
   * Takes mappings whole, and those that touch them: one that was registered and has grown out of
   * the tracked ranges is registered there as well, and may have been split since. What is not ours
   * is left out: before Linux 6.17 any userfaultfd may take back what another has registered.
   */
  private void disarm() {
    Set<Vma> notRegistered = look().stream().map(Part::vma).collect(Collectors.toSet());
    Set<Vma> inRanges =
        parts.stream()
            .map(Part::vma)
            .filter(vma -> !notRegistered.contains(vma))
            .collect(Collectors.toSet());
    List<Part> whole = MappedParts.of(mappings, own.outside(TrackedRanges.allOfUserSpace()));
    Set<Vma> taken = touchingAnyOf(inRanges, whole);
    for (List<Part> run : MappedParts.runs(whole, part -> taken.contains(part.vma()))) {
      for (PageRange slice : MappedParts.slices(run)) {
        if (!unregisterIfOurs(slice.startVpn(), slice.endVpn())) {
          forEachIn(slice, run, this::unregisterIfOurs);
        }
      }
    }
    takeBackStrays(whole.stream().filter(part -> !taken.contains(part.vma())).toList());
  }

  /**
   * What was registered, grew out of the tracked ranges and was cut off from them touches nothing
   * that is ours. Of anonymous memory the userfaultfd itself can be asked, and nothing changes by
   * it.
   */
  private void takeBackStrays(List<Part> others) {
    List<Part> anonymous = others.stream().filter(OwnMemory::isTried).toList();
    Set<Part> notRegistered =
        new HashSet<>(unregistered.among(MappedParts.runs(anonymous, part -> true)));
    for (Part part : anonymous) {
      if (!notRegistered.contains(part)
          && userfaultfd.isRegistered(Pages.address(part.startVpn()))) {
        unregisterIfOurs(part.startVpn(), part.endVpn());
      }
    }
  }

  private Set<Vma> touchingAnyOf(Set<Vma> inRanges, List<Part> whole) {
    Set<Vma> touching = new HashSet<>();
    List<Part> taken = whole.stream().filter(part -> !refusals.has(part.vma())).toList();
    for (List<Part> group : MappedParts.touching(taken)) {
      if (group.stream().anyMatch(part -> inRanges.contains(part.vma()))) {
        group.forEach(part -> touching.add(part.vma()));
      }
    }
    return touching;
  }

  /** Goes over the parts of a slice one by one, where a call for all of it was refused. */
  private static void forEachIn(PageRange slice, List<Part> run, Call call) {
    for (Part part : run) {
      long from = Math.max(part.startVpn(), slice.startVpn());
      long to = Math.min(part.endVpn(), slice.endVpn());
      if (from < to) {
        call.on(from, to);
      }
    }
  }

  private boolean unregisterIfOurs(long startVpn, long endVpn) {
    try {
      unregister(startVpn, endVpn);
      return true;
    } catch (KernelException e) {
      return false; // unmapped since it was listed, or another userfaultfd's
    }
  }
}
