package io.github.dirtyrange.linux.bpf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** A hook whose program is in the kernel, until it is closed or this process ends. */
final class AttachedHook implements AutoCloseable {

  private final Change change;
  private final Hook.Variant variant;
  private final int instructions;
  private final ByteBuffer info = Sys.struct(Abi.BPF_PROGRAM_INFO_BYTES);
  private final ByteBuffer question = Sys.struct(Abi.BPF_INFO_ARG_BYTES);
  private final Descriptor program;
  private final Descriptor link;

  private AttachedHook(
      Change change, Hook.Variant variant, int instructions, Descriptor program, Descriptor link) {
    this.change = change;
    this.variant = variant;
    this.instructions = instructions;
    this.program = program;
    this.link = link;
  }

  /**
   * Attaches a hook to the first of its functions that this kernel has.
   *
   * @throws KernelException ENOENT if it has none, or another one than is known; what bpf(2) says
   *     of the first that it refuses, if it refuses all
   */
  static AttachedHook attach(Btf btf, RecordMaps maps, Hook hook) {
    KernelException refusal = null;
    for (Hook.Variant variant : hook.variants()) {
      OptionalInt id = find(btf, variant);
      if (id.isPresent() && fits(btf, variant, id.getAsInt())) {
        try {
          return attach(btf, maps, hook.change(), variant, id.getAsInt());
        } catch (KernelException e) {
          refusal = refusal == null ? e : refusal;
        }
      }
    }
    throw refusal == null ? new KernelException(Errno.ENOENT, missing(btf, hook)) : refusal;
  }

  private static String missing(Btf btf, Hook hook) {
    for (Hook.Variant variant : hook.variants()) {
      OptionalInt id = find(btf, variant);
      if (id.isPresent()) {
        return variant.function() + " of " + btf.parameters(id.getAsInt()) + " parameters";
      }
    }
    return "function " + hook.variants().get(0).function();
  }

  private static OptionalInt find(Btf btf, Hook.Variant variant) {
    return variant.when() == Hook.When.TRACEPOINT
        ? btf.tracepoint(variant.function())
        : btf.function(variant.function());
  }

  private static boolean fits(Btf btf, Hook.Variant variant, int id) {
    return variant.parameters() == Hook.ANY || variant.parameters() == btf.parameters(id);
  }

  private static AttachedHook attach(
      Btf btf, RecordMaps maps, Change change, Hook.Variant variant, int id) {
    int parameters = variant.when() == Hook.When.TRACEPOINT ? 0 : btf.parameters(id);
    Assembler code = HookCode.write(btf, maps, change, variant, parameters);
    return attach(change, variant, code, id);
  }

  private static AttachedHook attach(Change change, Hook.Variant variant, Assembler code, int id) {
    Descriptor program = Bpf.load(code, variant.when(), id);
    try {
      return new AttachedHook(change, variant, code.count(), program, Bpf.attach(program));
    } catch (RuntimeException | Error e) {
      program.close();
      throw e;
    }
  }

  /** {@return for people: when it runs, and the function} */
  String place() {
    return variant.when().label() + " " + variant.function();
  }

  Change change() {
    return change;
  }

  int instructions() {
    return instructions;
  }

  long recursionMisses() {
    return Bpf.recursionMisses(program, info, question);
  }

  @Override
  public void close() {
    link.close();
    program.close();
  }
}
