package io.github.dirtyrange.linux.bpf;

import static io.github.dirtyrange.linux.bpf.Hook.ANY;
import static io.github.dirtyrange.linux.bpf.Value.number;
import static io.github.dirtyrange.linux.bpf.Value.parameter;

import io.github.dirtyrange.linux.bpf.Assembler.If;
import io.github.dirtyrange.linux.bpf.Hook.Owner;
import io.github.dirtyrange.linux.bpf.Hook.Range;
import io.github.dirtyrange.linux.bpf.Hook.Variant;
import io.github.dirtyrange.linux.bpf.Hook.When;
import java.util.List;

/**
 * The table of hooks: everything that changes a process's page-table entries, and the function of
 * Linux 6.1 to 7.3 through which it goes. Functions that are inlined everywhere ({@code
 * handle_pte_fault}, {@code zap_pte_range}, {@code move_ptes}, {@code change_protection_range})
 * cannot be hooked; those here are the nearest above them.
 *
 * <p>Records are made <em>after</em> the change, of unmaps as well: a record made before could be
 * drained, and its range looked at, while everything is still there. Too early is only told twice:
 * {@code unmap_vmas} runs under the mmap lock, so that nothing is mapped anew, and recorded, before
 * it is told as gone.
 *
 * <p>That a function is in this kernel's BTF does not prove that every caller calls it: it may be
 * inlined in one place. So a queue tries each of them before it claims anything.
 */
final class Hooks {

  private static final int PAGE_MASK = -4096;
  private static final int PAGE = 4096;
  private static final int HUGE_MASK = -(2 << 20);
  private static final int HUGE = 2 << 20;

  // Of include/linux/mm.h and asm/page_types.h.
  private static final int FOLL_WRITE = 1;
  private static final int SIGN_BIT = 63;
  private static final int PAGE_SHIFT = 12;

  private static final Value FIRST = parameter(0);
  private static final Value SECOND = parameter(1);
  private static final Value THIRD = parameter(2);
  private static final Value FOURTH = parameter(3);
  private static final Value FIFTH = parameter(4);
  private static final Value RESULT = new Value.Result();
  private static final Value START = new Value.Start();
  private static final Value NOTHING = number(0);

  /** Everything, as a range. */
  private static final Range EVERYTHING = new Range(NOTHING, number(-1));

  private static final Range NOWHERE = new Range(NOTHING, NOTHING);

  /** The memory of the process that runs. */
  static final Value CURRENT_MM = new Value.CurrentTask().member("task_struct", "mm");

  /** The memory of the mapping that a function gets first. */
  static final Value MM_OF_FIRST = mmOf(FIRST);

  private static final List<String> HUGE_FAULTS =
      List.of("do_huge_pmd_anonymous_page", "do_huge_pmd_wp_page", "do_set_pmd");

  private Hooks() {}

  /** The hooks that together tell of everything that is known to change pages. */
  static final List<Hook> ALL =
      List.of(
          hook(
              Change.FAULT,
              "every fault: of the process, of the kernel for it, of get_user_pages",
              exit("handle_mm_fault", new Owner.OfFault(), page(SECOND))),
          hook(
              Change.MAPPED,
              "pages of a file around the one that faulted, and large folios",
              exit(
                  "set_pte_range",
                  of(mmOf(FIRST.member("vm_fault", "vma"))),
                  bytes(FIFTH, FOURTH.low().shiftedLeft(PAGE_SHIFT))),
              exit("do_set_pte", of(mmOf(FIRST.member("vm_fault", "vma"))), page(THIRD))),
          hugeFault(0),
          hugeFault(1),
          hugeFault(2),
          hook(
              Change.HUGE_FAULT,
              "faults of hugetlbfs",
              exit("hugetlb_fault", of(FIRST), huge(THIRD))),
          hook(
              Change.ZAPPED,
              "MADV_DONTNEED, truncation, holes punched, MADV_REMOVE, munmap's zap",
              exit("unmap_page_range", of(mmOfGather()), new Range(THIRD, FOURTH)),
              exit("__zap_vma_range", of(mmOfGather()), new Range(THIRD, FOURTH))),
          hook(
              Change.ZAPPED,
              "the same of hugetlbfs",
              exit("__unmap_hugepage_range", of(mmOfGather()), new Range(THIRD, FOURTH))),
          hook(
              Change.UNMAPPED,
              "munmap, MAP_FIXED over something, mremap's old place, exit",
              exit(
                      "unmap_vmas",
                      of(mmOfGather()),
                      new Range(
                          SECOND.member("unmap_desc", "vma_start"),
                          SECOND.member("unmap_desc", "vma_end")))
                  .of(2),
              exit("unmap_vmas", of(mmOfGather()), new Range(FOURTH, FIFTH)).of(5),
              exit("unmap_vmas", of(mmOfGather()), new Range(FOURTH, FIFTH)).of(7)),
          hook(Change.MOVED, "mremap", movedByControl(), moved(6), moved(7)),
          hook(
              Change.RECLAIMED,
              "reclaim, broken memory, MADV_FREE's pages reclaimed",
              folio("try_to_unmap_one")),
          hook(
              Change.MIGRATED,
              "migration and compaction, when the page is back",
              folio("remove_migration_pte")),
          hook(
              Change.RETRACTED,
              "khugepaged of shared memory and files: page tables of whoever maps them",
              exit("collapse_file", new Owner.Unknown(), NOWHERE)),
          hook(
              Change.COLLAPSED,
              "khugepaged and MADV_COLLAPSE",
              exit("collapse_huge_page", of(FIRST), huge(SECOND))),
          hook(
              Change.COLLAPSED,
              "the same of shared memory and files",
              exit("collapse_pte_mapped_thp", of(FIRST), huge(SECOND)),
              exit("try_collapse_pte_mapped_thp", of(FIRST), huge(SECOND))),
          hook(
              Change.SPLIT,
              "a huge page's entry is split",
              exit("__split_huge_pmd", of(MM_OF_FIRST), huge(THIRD))),
          hook(
              Change.MERGED,
              "same-page merging",
              exit("try_to_merge_one_page", of(MM_OF_FIRST), page(addressOfMerged()))),
          hook(
              Change.USERFAULTFD,
              "calls on a userfaultfd of the process",
              exit(
                      "userfaultfd_ioctl",
                      of(mmOfUserfaultfd(FIRST)),
                      new Range(userWord(THIRD, 0), userWord(THIRD, 1)))
                  .telling(SECOND.and(0xff))
                  .adding(userWord(THIRD, 2))),
          hook(
              Change.UNREGISTERED,
              "a userfaultfd closed",
              at(When.ENTRY, "userfaultfd_release", of(mmOfUserfaultfd(SECOND)), EVERYTHING)),
          hook(
              Change.UNREGISTERED,
              "mremap drops a mapping's userfaultfd, with what it was merged with",
              exit("mremap_userfaultfd_prep", of(MM_OF_FIRST), mapping(FIRST))),
          hook(
              Change.FREED,
              "MADV_FREE: drops what is in swap",
              exit("madvise_free_pte_range", of(FOURTH.member("mm_walk", "mm")), fromTo())),
          hook(
              Change.SWAPPED_OFF,
              "swapoff",
              exit("unuse_pte_range", of(MM_OF_FIRST), new Range(THIRD, FOURTH))),
          hook(
              Change.NEW_MAPPING,
              "mmap",
              exit("mmap_region", of(CURRENT_MM), bytes(RESULT, THIRD))
                  .onlyIf(RESULT.shiftedRight(SIGN_BIT), If.EQUAL, 0)),
          hook(
              Change.NEW_MAPPING,
              "brk",
              exit("do_brk_flags", of(CURRENT_MM), bytes(THIRD, FOURTH))),
          hook(
              Change.NEW_MAPPING,
              "a stack that grows",
              exit(
                  "expand_downwards",
                  of(MM_OF_FIRST),
                  new Range(SECOND.and(PAGE_MASK), FIRST.member("vm_area_struct", "vm_end")))),
          hook(
              Change.REMAPPED,
              "mremap that grows in its place",
              exit("__x64_sys_mremap", of(CURRENT_MM), bytes(register("di"), register("si")))
                  .adding(register("dx"), RESULT)),
          hook(Change.GUARDED, "guard pages made", guard("madvise_guard_install")),
          hook(Change.GUARDED, "guard pages taken away", guard("madvise_guard_remove")),
          hook(
              Change.REFERENCES_CLEARED,
              "clear_refs",
              exit("clear_refs_pte_range", of(FOURTH.member("mm_walk", "mm")), fromTo())),
          hook(
              Change.WRITTEN_BY_ANOTHER,
              "ptrace and /proc/PID/mem, once they have written",
              exit("__access_remote_vm", of(FIRST), bytes(SECOND, FOURTH.low()))
                  .onlyIf(FIFTH, If.SHARE_BITS, FOLL_WRITE)),
          hook(
              Change.PATCHED,
              "a breakpoint set in code (uprobe)",
              exit("uprobe_write_opcode", of(SECOND), page(THIRD)).of(4),
              exit("uprobe_write_opcode", of(mmOf(SECOND)), page(THIRD)).of(5)));

  private static Hook hook(Change change, String what, Variant... variants) {
    return new Hook(change, what, List.of(variants));
  }

  private static Hook hugeFault(int which) {
    return hook(
        Change.HUGE_FAULT,
        "faults of transparent huge pages: " + HUGE_FAULTS.get(which),
        exit(
            HUGE_FAULTS.get(which),
            of(mmOf(FIRST.member("vm_fault", "vma"))),
            huge(FIRST.member("vm_fault", "address"))));
  }

  private static Variant exit(String function, Owner owner, Range range) {
    return at(When.EXIT, function, owner, range);
  }

  private static Variant at(When when, String function, Owner owner, Range range) {
    return new Variant(when, function, ANY, owner, List.of(), range, NOTHING, List.of());
  }

  private static Owner of(Value mm) {
    return new Owner.OfMemory(mm);
  }

  private static Value mmOf(Value vma) {
    return vma.member("vm_area_struct", "vm_mm");
  }

  private static Value mmOfGather() {
    return FIRST.member("mmu_gather", "mm");
  }

  /** What a file has as its own is of no type that the kernel knows. */
  private static Value mmOfUserfaultfd(Value file) {
    return new Value.KernelWord(file.member("file", "private_data").place("userfaultfd_ctx", "mm"));
  }

  private static Value userWord(Value address, int index) {
    return new Value.UserWord(index == 0 ? address : address.plus(number(index * Long.BYTES)));
  }

  private static Range page(Value address) {
    return bytes(address.and(PAGE_MASK), number(PAGE));
  }

  private static Range huge(Value address) {
    return bytes(address.and(HUGE_MASK), number(HUGE));
  }

  private static Range bytes(Value start, Value length) {
    return new Range(start, START.plus(length));
  }

  private static Range mapping(Value vma) {
    return new Range(
        vma.member("vm_area_struct", "vm_start"), vma.member("vm_area_struct", "vm_end"));
  }

  /** What a callback of a walk gets. */
  private static Range fromTo() {
    return new Range(SECOND, THIRD);
  }

  /** A callback of a walk over the mappings of a folio. */
  private static Variant folio(String function) {
    return exit(function, of(mmOf(SECOND)), bytes(THIRD, new Value.FolioBytes(FIRST)));
  }

  private static Variant guard(String function) {
    String behavior = "madvise_behavior";
    return exit(
        function,
        of(FIRST.member(behavior, "mm")),
        new Range(FIRST.member(behavior, "range.start"), FIRST.member(behavior, "range.end")));
  }

  private static Variant moved(int parameters) {
    return exit("move_page_tables", of(MM_OF_FIRST), bytes(SECOND, FIFTH))
        .adding(FOURTH)
        .of(parameters);
  }

  /** Since 6.16: the places advance as the call goes on, so the end says where it began. */
  private static Variant movedByControl() {
    String control = "pagetable_move_control";
    Value oldStart = FIRST.member(control, "old_end").minus(FIRST.member(control, "len_in"));
    Value done = FIRST.member(control, "old_addr").minus(START);
    return exit(
            "move_page_tables",
            of(mmOf(FIRST.member(control, "old"))),
            new Range(oldStart, FIRST.member(control, "old_end")))
        .adding(FIRST.member(control, "new_addr").minus(done))
        .of(1);
  }

  /** The page's place in its mapping, as {@code vma_address} has it: anonymous memory only. */
  private static Value addressOfMerged() {
    Value pages =
        SECOND
            .member("page", "index", "__folio_index")
            .minus(FIRST.member("vm_area_struct", "vm_pgoff"));
    return pages.shiftedLeft(PAGE_SHIFT).plus(FIRST.member("vm_area_struct", "vm_start"));
  }

  /** A register of the system call's caller (x86-64). */
  private static Value register(String name) {
    return FIRST.member("pt_regs", name);
  }
}
