package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.kernel.Pages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The agent's files: opened once in its first process, so that every process has them under the
 * same descriptors.
 */
final class RealFiles {

  private static final long ZEROS = AgentChannel.SCRATCH + AgentChannel.SCRATCH_BYTES / 2;

  private static final int[] WRITABLE = {Files.MEMFD, Files.DISK};

  private final AgentChannel root;
  private final long[] descriptors = new long[Files.COUNT];

  RealFiles(RealProcess process) {
    root = process.channel();
    root.postReceive(AgentChannel.SCRATCH, "conform\0".getBytes(StandardCharsets.US_ASCII));
    root.postSystemCall(X64Abi.MEMFD_CREATE, AgentChannel.SCRATCH, 0);
    root.take();
    descriptors[Files.MEMFD] = root.take().value();
    openOnDisk(process);
  }

  /** {@return a file's descriptor in every process; -1 for a number that is no file} */
  long descriptor(int file) {
    return file >= 0 && file < Files.COUNT ? descriptors[file] : -1;
  }

  /**
   * Gives the files the size and the content that programs begin with. The file on disk is written
   * page by page, so that the page cache keeps it in single pages.
   */
  void reset() {
    for (int file : WRITABLE) {
      long descriptor = descriptors[file];
      root.postSystemCall(X64Abi.FTRUNCATE, descriptor, 0);
      root.postSystemCall(X64Abi.FTRUNCATE, descriptor, Files.BYTES);
    }
    for (long offset = 0; offset < Files.BYTES; offset += Pages.SIZE) {
      root.postSystemCall(X64Abi.PWRITE64, descriptors[Files.DISK], ZEROS, Pages.SIZE, offset);
    }
    int replies = 2 * WRITABLE.length + (int) (Files.BYTES / Pages.SIZE);
    for (int i = 0; i < replies; i++) {
      long result = root.take().value();
      if (result < 0) {
        throw new IllegalStateException("resetting the files failed with errno " + -result);
      }
    }
  }

  private void openOnDisk(RealProcess process) {
    try {
      Path path = java.nio.file.Files.createTempFile("conform", ".data");
      descriptors[Files.DISK] = process.open(path.toString(), X64Abi.O_RDWR);
      descriptors[Files.READ_ONLY] = process.open(path.toString(), X64Abi.O_RDONLY);
      java.nio.file.Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a file for the agent", e);
    }
  }
}
