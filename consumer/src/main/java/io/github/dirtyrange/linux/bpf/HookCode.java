package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.bpf.Assembler.If;
import io.github.dirtyrange.linux.bpf.Assembler.Label;
import io.github.dirtyrange.linux.bpf.Assembler.Operation;
import io.github.dirtyrange.linux.bpf.Hook.Owner;

/**
 * The program of a hook: whose pages are these? If the target's, one record into the ring, and a
 * record that finds no room is counted.
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

  /** Which word of the state says whose pages are recorded, and which counts what is lost. */
  private final int ofWhom;

  private final int lost;

  private HookCode(Btf btf, RecordMaps maps, Change change, Hook.Variant variant, int parameters) {
    this.maps = maps;
    ofWhom = change.isFault() ? StateMap.FAULTS_OF : StateMap.MM;
    lost = change == Change.WRITTEN_BY_ANOTHER ? StateMap.LOST_WRITES : StateMap.LOST;
    this.variant = variant;
    recordBytes = Long.BYTES * (RecordRing.LEAST_WORDS + variant.more().size());
    values = new ValueCode(btf, parameters, code, -recordBytes - Long.BYTES);
  }

  /**
   * Writes the program of a hook.
   *
   * @param parameters how many the function has on this kernel
   * @throws KernelException ENOENT if this kernel lacks a member of a struct that is asked for
   */
  static Assembler write(
      Btf btf, RecordMaps maps, Change change, Hook.Variant variant, int parameters) {
    HookCode hook = new HookCode(btf, maps, change, variant, parameters);
    hook.write(change);
    return hook.code;
  }

  private void write(Change change) {
    code.move(ValueCode.CONTEXT, Register.R1);
    skipOthers();
    for (Hook.Condition condition : variant.conditions()) {
      Label holds = new Label();
      values.compute(condition.value(), Register.R1);
      code.jump(condition.comparison(), Register.R1, condition.number(), holds);
      code.jump(skip);
      code.place(holds);
    }
    writeRecord(change);
    output();
    code.place(skip);
    code.set(Register.R0, 0);
    code.exit();
  }

  private void skipOthers() {
    if (variant.owner() instanceof Owner.OfMemory memory) {
      values.compute(memory.mm(), Register.R1);
      skipUnlessEqual(ofWhom);
    } else if (variant.owner() instanceof Owner.OfTask task) {
      values.compute(task.task().member("task_struct", "tgid"), Register.R1);
      skipUnlessEqual(StateMap.PROCESS);
    } else if (variant.owner() instanceof Owner.OfFault) {
      skipOthersFaults();
    }
  }

  /** Goes on if R1 is what the state says. */
  private void skipUnlessEqual(int offset) {
    code.mapValue(Register.R2, maps.state(), offset);
    code.load(Register.R2, Register.R2, 0, Long.BYTES);
    code.jump(If.NOT_EQUAL, Register.R1, Register.R2, skip);
  }

  private void skipOthersFaults() {
    Label lost = new Label();
    Label record = new Label();
    values.compute(new Value.Result(), Register.R1);
    code.jump(If.SHARE_BITS, Register.R1, FAULT_MAY_HAVE_LOST_VMA, lost);
    values.compute(Hooks.MM_OF_FIRST, Register.R1);
    skipUnlessEqual(ofWhom);
    code.jump(record);
    code.place(lost);
    values.compute(Value.parameter(2), Register.R1);
    code.jump(If.SHARE_BITS, Register.R1, FAULT_FLAG_REMOTE, record);
    values.compute(Hooks.CURRENT_MM, Register.R1);
    skipUnlessEqual(ofWhom);
    code.place(record);
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

  private void output() {
    code.map(Register.R1, maps.ring());
    code.move(Register.R2, Register.FRAME);
    code.operate(Operation.ADD, Register.R2, -recordBytes);
    code.set(Register.R3, recordBytes);
    code.set(Register.R4, NO_WAKEUP);
    code.call(Helper.RINGBUF_OUTPUT);
    code.jump(If.EQUAL, Register.R0, 0, skip);
    code.mapValue(Register.R1, maps.state(), lost);
    code.set(Register.R2, 1);
    code.addInMemory(Register.R1, Register.R2);
  }
}
