package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.SavedFault;
import java.util.List;

/**
 * What came of verifying a directory of saved memory.
 *
 * @param faults what is wrong
 * @param memories how many could be looked into
 * @param storedPages pages whose bytes are in files of these, each once
 * @param storedBytes how many bytes these pages have
 */
public record VerifyResult(
    List<SavedFault> faults, long memories, long storedPages, long storedBytes) {

  /** Copies the list. */
  public VerifyResult {
    faults = List.copyOf(faults);
  }

  /** {@return whether nothing is wrong} */
  public boolean isWhole() {
    return faults.isEmpty();
  }
}
