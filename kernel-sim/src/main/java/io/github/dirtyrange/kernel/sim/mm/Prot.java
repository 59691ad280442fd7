package io.github.dirtyrange.kernel.sim.mm;

/** The protections that mmap and mprotect take: PROT_*, by x86-64's values. */
public final class Prot {

  /** PROT_NONE. */
  public static final int NONE = 0;

  /** PROT_READ. */
  public static final int READ = 1;

  /** PROT_WRITE. */
  public static final int WRITE = 2;

  /** PROT_EXEC. */
  public static final int EXEC = 4;

  /** PROT_GROWSDOWN: mprotect goes down to the start of a stack. */
  public static final int GROWSDOWN = 0x0100_0000;

  /** PROT_SEM, without effect here. */
  private static final int SEM = 8;

  private static final int ALL = READ | WRITE | EXEC;

  /** What mprotect accepts. */
  static final int KNOWN = ALL | SEM | GROWSDOWN;

  private Prot() {}

  /** {@return the access flags of {@link VmFlags} that a protection asks for: the same bits} */
  static long vmFlags(int prot) {
    return prot & ALL;
  }
}
