package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.linux.bpf.Assembler.If;
import java.util.List;

/**
 * What happens to pages, and the function of the kernel at which it is recorded.
 *
 * @param change what a record of it says
 * @param what for people: what goes through that function
 * @param variants the functions that may stand for it, in order of preference: kernels differ
 */
record Hook(Change change, String what, List<Variant> variants) {

  /** No program of a kernel here needs to know how many parameters it has. */
  static final int ANY = -1;

  /** When a program runs, {@code enum bpf_attach_type}. */
  enum When {
    /** A tracepoint. */
    TRACEPOINT(23, "tracepoint"),
    /** Before the function. */
    ENTRY(24, "fentry"),
    /** When it has returned. */
    EXIT(25, "fexit");

    private final int number;
    private final String label;

    When(int number, String label) {
      this.number = number;
      this.label = label;
    }

    int number() {
      return number;
    }

    String label() {
      return label;
    }
  }

  /** Whose pages are changed: of whom nobody follows nothing is recorded. */
  sealed interface Owner {
    /** Who has that memory. */
    record OfMemory(Value mm) implements Owner {}

    /**
     * Who faulted. A fault that dropped the mmap lock may have lost its mapping by now ({@code
     * VM_FAULT_RETRY}, {@code VM_FAULT_COMPLETED}: the comment in {@code handle_mm_fault}): then it
     * is who runs, unless the fault is on behalf of another (FAULT_FLAG_REMOTE): that is taken for
     * one of whom alone is followed, or counted where several are.
     */
    record OfFault() implements Owner {}

    /** Nobody knows: it is counted. */
    record Unknown() implements Owner {}
  }

  /** A record is made only if a value compares so with a number. */
  record Condition(Value value, If comparison, int number) {}

  /** From an address to another; the end may be told by {@link Value.Start}. */
  record Range(Value start, Value end) {}

  /**
   * A function of some kernels.
   *
   * @param function its name
   * @param parameters how many it has there; {@link #ANY} if that does not matter
   * @param information a number below 2^56 that a record has besides
   * @param more words that a record has at its end
   */
  record Variant(
      When when,
      String function,
      int parameters,
      Owner owner,
      List<Condition> conditions,
      Range range,
      Value information,
      List<Value> more) {

    Variant {
      conditions = List.copyOf(conditions);
      more = List.copyOf(more);
    }

    /** {@return the same, of kernels where the function has so many parameters} */
    Variant of(int count) {
      return new Variant(when, function, count, owner, conditions, range, information, more);
    }

    /** {@return the same, recorded only if} */
    Variant onlyIf(Value value, If comparison, int number) {
      return new Variant(
          when,
          function,
          parameters,
          owner,
          List.of(new Condition(value, comparison, number)),
          range,
          information,
          more);
    }

    /** {@return the same, with a number besides} */
    Variant telling(Value number) {
      return new Variant(when, function, parameters, owner, conditions, range, number, more);
    }

    /** {@return the same, with words at a record's end} */
    Variant adding(Value... words) {
      return new Variant(
          when, function, parameters, owner, conditions, range, information, List.of(words));
    }
  }

  Hook {
    variants = List.copyOf(variants);
  }
}
