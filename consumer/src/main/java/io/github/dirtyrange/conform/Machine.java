package io.github.dirtyrange.conform;

/** Something that programs run on: a kernel with a first process and a few places for children. */
public interface Machine extends AutoCloseable {

  /** How many children may live at a time, in the process slots from 1 on. */
  int CHILDREN = 3;

  /** {@return which kernel it is: a release, or a profile} */
  String name();

  /** Ends what an earlier program left behind, and maps nothing but the fences of a layout. */
  void reset(Layout layout);

  /**
   * Reads the pagemap entries of {@code count} pages from {@code startVpn} on into {@code entries}.
   */
  void readPagemap(int process, long startVpn, int count, long[] entries);

  /** {@return what the operation comes to here} */
  Outcome mmap(Operation.Mmap operation);

  /** {@return what the operation comes to here} */
  Outcome munmap(Operation.Munmap operation);

  /** {@return what the operation comes to here} */
  Outcome load(Operation.Load operation);

  /** {@return what the operation comes to here} */
  Outcome store(Operation.Store operation);

  /** {@return what the operation comes to here} */
  Outcome mprotect(Operation.Mprotect operation);

  /** {@return what the operation comes to here} */
  Outcome madvise(Operation.Madvise operation);

  /** {@return what the operation comes to here} */
  Outcome mremap(Operation.Mremap operation);

  /** {@return what the operation comes to here} */
  Outcome fork(Operation.Fork operation);

  /** {@return what the operation comes to here} */
  Outcome exit(Operation.Exit operation);

  /** {@return what the operation comes to here} */
  Outcome uffdRegister(Operation.UffdRegister operation);

  /** {@return what the operation comes to here} */
  Outcome uffdUnregister(Operation.UffdUnregister operation);

  /** {@return what the operation comes to here} */
  Outcome uffdWriteProtect(Operation.UffdWriteProtect operation);

  /** {@return what the operation comes to here} */
  Outcome clearRefs(Operation.ClearRefs operation);

  /** {@return what the operation comes to here} */
  Outcome scan(Operation.Scan operation);

  /** {@return what the operation comes to here} */
  Outcome kernelWrite(Operation.KernelWrite operation);

  /** {@return what the operation comes to here} */
  Outcome foreignWrite(Operation.ForeignWrite operation);

  /** {@return what the operation comes to here} */
  Outcome mlock(Operation.Mlock operation);

  /** {@return what the operation comes to here} */
  Outcome munlock(Operation.Munlock operation);

  /** {@return what the operation comes to here} */
  Outcome mmapFile(Operation.MmapFile operation);

  /** {@return what the operation comes to here} */
  Outcome fileWrite(Operation.FileWrite operation);

  /** {@return what the operation comes to here} */
  Outcome fileTruncate(Operation.FileTruncate operation);

  /** {@return what the operation comes to here} */
  Outcome filePunch(Operation.FilePunch operation);

  @Override
  void close();
}
