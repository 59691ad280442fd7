package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.bpf.Assembler.If;
import io.github.dirtyrange.linux.bpf.Assembler.Label;
import io.github.dirtyrange.linux.bpf.Assembler.Operation;
import java.util.List;
import java.util.Optional;

/**
 * Makes instructions of {@link Value}s. A value comes to be in a register; what it is made of, in
 * the registers that follow. Where a helper is called, R1 to R5 are destroyed: such a value cannot
 * be a part of another but for what is done with it alone.
 */
final class ValueCode {

  /** Where the context is, an array of the parameters and the result. */
  static final Register CONTEXT = Register.R6;

  /** Where a range begins. */
  static final Register START = Register.R7;

  private static final int PAGE_SHIFT = Pages.SHIFT;

  /** {@code PG_head} before Linux has told otherwise. */
  private static final int USUAL_HEAD_BIT = 6;

  private final Btf btf;
  private final int parameters;
  private final Assembler code;
  private final int slot;

  /**
   * Writes code for a function.
   *
   * @param parameters how many the function has
   * @param slot where on the stack eight bytes are free
   */
  ValueCode(Btf btf, int parameters, Assembler code, int slot) {
    this.btf = btf;
    this.parameters = parameters;
    this.code = code;
    this.slot = slot;
  }

  /**
   * Computes a value.
   *
   * @param target where it comes to be; R1 to R5 and R0 are destroyed
   * @throws KernelException ENOENT if this kernel has no such member
   */
  void compute(Value value, Register target) {
    compute(value, target, Register.R1);
  }

  private void compute(Value value, Register target, Register free) {
    if (value instanceof Value.Parameter parameter) {
      loadWord(target, parameter.index());
    } else if (value instanceof Value.Result) {
      loadWord(target, parameters);
    } else if (value instanceof Value.Literal number) {
      code.set(target, number.number());
    } else if (value instanceof Value.Start) {
      code.move(target, START);
    } else if (value instanceof Value.CurrentTask) {
      code.call(Helper.CURRENT_TASK_BTF);
      code.move(target, Register.R0);
    } else if (value instanceof Value.Member member) {
      compute(member.of(), target, free);
      load(target, target, member.struct(), member.names());
    } else if (value instanceof Value.Place place) {
      compute(place.of(), target, free);
      code.operate(
          Operation.ADD, target, find(place.struct(), List.of(place.member())).offsetBytes());
    } else if (value instanceof Value.Low low) {
      compute(low.of(), target, free);
      code.truncate(target);
    } else if (value instanceof Value.KernelWord word) {
      read(Helper.PROBE_READ_KERNEL, word.address(), target);
    } else if (value instanceof Value.UserWord word) {
      read(Helper.PROBE_READ_USER, word.address(), target);
    } else if (value instanceof Value.FolioBytes folio) {
      folioBytes(folio.folio(), target, free);
    } else if (value instanceof Value.Operated operated) {
      operate(operated, target, free);
    }
  }

  private void loadWord(Register target, int index) {
    code.load(target, CONTEXT, index * Long.BYTES, Long.BYTES);
  }

  private void load(Register target, Register of, String struct, List<String> names) {
    Btf.Member member = find(struct, names);
    code.load(target, of, member.offsetBytes(), member.bytes());
  }

  private Btf.Member find(String struct, List<String> names) {
    return names.stream()
        .map(name -> btf.member(struct, name))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(
            () ->
                new KernelException(
                    Errno.ENOENT, "member " + String.join(" or ", names) + " of struct " + struct));
  }

  private void operate(Value.Operated operated, Register target, Register free) {
    Register other = after(free, target);
    compute(operated.left(), target, other);
    if (operated.right() instanceof Value.Literal number) {
      code.operate(operated.operation(), target, number.number());
      return;
    }
    compute(operated.right(), other, after(next(other), target));
    code.operate(operated.operation(), target, other);
  }

  /** {@return a register that may be used beside the target} */
  private static Register after(Register free, Register target) {
    return free == target ? next(free) : free;
  }

  private static Register next(Register register) {
    if (register == Register.R5) {
      throw new IllegalStateException("a value of too many parts");
    }
    return register.next();
  }

  private void read(Helper helper, Value address, Register target) {
    compute(address, Register.R3, Register.R4);
    code.move(Register.R1, Register.FRAME);
    code.operate(Operation.ADD, Register.R1, slot);
    code.set(Register.R2, Long.BYTES);
    code.call(helper);
    code.load(target, Register.FRAME, slot, Long.BYTES);
  }

  /** A folio of several pages has a head, and says how many in its second page. */
  private void folioBytes(Value folio, Register target, Register free) {
    Register flags = after(free, target);
    Label single = new Label();
    compute(folio, target, flags);
    load(flags, target, "folio", List.of("flags"));
    code.operate(
        Operation.SHIFT_RIGHT, flags, btf.constant("pageflags", "PG_head").orElse(USUAL_HEAD_BIT));
    code.operate(Operation.AND, flags, 1);
    Label end = new Label();
    code.jump(If.EQUAL, flags, 0, single);
    load(target, target, "folio", List.of("_folio_nr_pages", "_nr_pages"));
    code.operate(Operation.SHIFT_LEFT, target, PAGE_SHIFT);
    code.jump(end);
    code.place(single);
    code.set(target, Pages.SIZE);
    code.place(end);
  }
}
