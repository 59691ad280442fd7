package io.github.dirtyrange.kernel;

import org.jspecify.annotations.Nullable;

/**
 * What is at an address of code.
 *
 * @param address the address
 * @param function the function's name as its file has it, not demangled; empty if nobody knows it
 * @param mapping the mapping that the address is in; null if there is none
 */
public record CodePlace(long address, String function, @Nullable Vma mapping) {

  /** {@return where in the mapping's file the code is; 0 if there is no mapping} */
  public long fileOffset() {
    Vma in = mapping;
    return in == null ? 0 : address - Pages.address(in.startVpn()) + in.offsetBytes();
  }
}
