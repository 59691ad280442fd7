package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.bpf.Assembler.If;
import io.github.dirtyrange.linux.bpf.Assembler.Label;
import io.github.dirtyrange.linux.bpf.Assembler.Operation;
import io.github.dirtyrange.linux.bpf.Hook.Owner;

/**
 * The program of a hook: whose pages are these? If somebody follows them, one record into the ring
 * that is theirs, and a record that finds no room is counted.
 */
final class HookCode {

  // Of handle_mm_fault's result and flags (include/linux/mm_types.h); alike on 6.1 to 7.3.
  private static final int FAULT_MAY_HAVE_LOST_VMA = 0x4400;
  private static final int FAULT_FLAG_REMOTE = 0x80;

  /** {@code BPF_RB_NO_WAKEUP}: nobody sleeps for a record. */
  private static final int NO_WAKEUP = 1;

  private static final Register END = Register.R8;
  private static final Register INFORMATION = Register.R9;

  private final Assembler code = new Assembler();
  private final Label skip = new Label();
  private final RecordMaps maps;
  private final Hook.Variant variant;
  private final ValueCode values;
  private final int recordBytes;

  /** Where on the stack a memory is, to be looked for, and the number of its slot. */
  private final int whose;

  private final int slot;

  private HookCode(Btf btf, RecordMaps maps, Hook.Variant variant, int parameters) {
    this.maps = maps;
    this.variant = variant;
    recordBytes = Long.BYTES * (RecordRing.LEAST_WORDS + variant.more().size());
    int free = -recordBytes - Long.BYTES;
    whose = free - Long.BYTES;
    slot = whose - Long.BYTES;
    values = new ValueCode(btf, parameters, code, free);
  }

  /**
   * Writes the program of a hook.
   *
   * @param parameters how many the function has on this kernel
   * @throws KernelException ENOENT if this kernel lacks a member of a struct that is asked for
   */
  static Assembler write(
      Btf btf, RecordMaps maps, Change change, Hook.Variant variant, int parameters) {
    HookCode hook = new HookCode(btf, maps, variant, parameters);
    hook.write(change);
    return hook.code;
  }

  private void write(Change change) {
    code.move(ValueCode.CONTEXT, Register.R1);
    if (variant.owner() instanceof Owner.OfMemory memory) {
      values.compute(memory.mm(), Register.R1);
      recordFor(change);
    } else if (variant.owner() instanceof Owner.OfFault) {
      recordFault(change);
    } else {
      count(change);
    }
    code.place(skip);
    code.set(Register.R0, 0);
    code.exit();
  }

  /** Of whose fault is not known it is taken for the fault of who is followed, if that is one. */
  private void recordFault(Change change) {
    Label lost = new Label();
    Label remote = new Label();
    Label known = new Label();
    Label nobody = new Label();
    values.compute(new Value.Result(), Register.R1);
    code.jump(If.SHARE_BITS, Register.R1, FAULT_MAY_HAVE_LOST_VMA, lost);
    values.compute(Hooks.MM_OF_FIRST, Register.R1);
    code.jump(known);
    code.place(lost);
    values.compute(Value.parameter(2), Register.R1);
    code.jump(If.SHARE_BITS, Register.R1, FAULT_FLAG_REMOTE, remote);
    values.compute(Hooks.CURRENT_MM, Register.R1);
    code.jump(known);
    code.place(remote);
    loadOnly(Register.R1);
    code.jump(If.EQUAL, Register.R1, Targets.SEVERAL, nobody);
    code.place(known);
    recordFor(change);
    code.jump(skip);
    code.place(nobody);
    count(Change.REMOTE_FAULT);
  }

  private void loadOnly(Register target) {
    code.mapValue(target, maps.common(), Targets.ONLY);
    code.load(target, target, 0, Long.BYTES);
  }

  /** Counts what nobody knows the owner of. */
  private void count(Change change) {
    code.mapValue(Register.R1, maps.common(), Targets.counter(change));
    code.set(Register.R2, 1);
    code.addInMemory(Register.R1, Register.R2);
  }

  /** Makes a record if the memory in R1 is followed, and this is recorded of it. */
  private void recordFor(Change change) {
    skipOthers();
    skipUnlessAsked(change.isFault() ? Targets.FAULTS : Targets.CHANGES);
    for (Hook.Condition condition : variant.conditions()) {
      Label holds = new Label();
      values.compute(condition.value(), Register.R1);
      code.jump(condition.comparison(), Register.R1, condition.number(), holds);
      code.jump(skip);
      code.place(holds);
    }
    writeRecord(change);
    output(change == Change.WRITTEN_BY_ANOTHER ? Targets.LOST_WRITES : Targets.LOST);
  }

  /** All other processes of the machine pay for this: where one alone is followed, a comparison. */
  private void skipOthers() {
    Label several = new Label();
    loadOnly(Register.R2);
    code.jump(If.EQUAL, Register.R2, Targets.SEVERAL, several);
    code.jump(If.NOT_EQUAL, Register.R1, Register.R2, skip);
    code.place(several);
    code.store(Register.FRAME, whose, Register.R1);
    lookUp(maps.targets(), whose);
    code.load(Register.R1, Register.R0, 0, Integer.BYTES);
    code.store(Register.FRAME, slot, Register.R1);
  }

  private void skipUnlessAsked(int offset) {
    lookUp(maps.slots(), slot);
    code.load(Register.R1, Register.R0, offset, Long.BYTES);
    code.jump(If.EQUAL, Register.R1, 0, skip);
  }

  /** Leaves in R0 what a map has for a key on the stack. */
  private void lookUp(int map, int key) {
    code.map(Register.R1, map);
    code.move(Register.R2, Register.FRAME);
    code.operate(Operation.ADD, Register.R2, key);
    code.call(Helper.MAP_LOOKUP_ELEM);
    code.jump(If.EQUAL, Register.R0, 0, skip);
  }

  private void writeRecord(Change change) {
    values.compute(variant.range().start(), ValueCode.START);
    values.compute(variant.range().end(), END);
    int at = -recordBytes + Long.BYTES * RecordRing.LEAST_WORDS;
    for (Value word : variant.more()) {
      values.compute(word, INFORMATION);
      code.store(Register.FRAME, at, INFORMATION);
      at += Long.BYTES;
    }
    values.compute(variant.information(), INFORMATION);
    code.operate(Operation.SHIFT_LEFT, INFORMATION, Byte.SIZE);
    code.operate(Operation.OR, INFORMATION, change.number());
    code.store(Register.FRAME, -recordBytes, ValueCode.START);
    code.store(Register.FRAME, -recordBytes + Long.BYTES, END);
    code.store(Register.FRAME, -recordBytes + 2 * Long.BYTES, INFORMATION);
  }

  private void output(int lost) {
    lookUp(maps.rings(), slot);
    code.move(Register.R1, Register.R0);
    code.move(Register.R2, Register.FRAME);
    code.operate(Operation.ADD, Register.R2, -recordBytes);
    code.set(Register.R3, recordBytes);
    code.set(Register.R4, NO_WAKEUP);
    code.call(Helper.RINGBUF_OUTPUT);
    code.jump(If.EQUAL, Register.R0, 0, skip);
    lookUp(maps.slots(), slot);
    code.operate(Operation.ADD, Register.R0, lost);
    code.set(Register.R2, 1);
    code.addInMemory(Register.R0, Register.R2);
  }
}
