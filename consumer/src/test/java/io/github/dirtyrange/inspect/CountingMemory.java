package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedRange;
import io.github.dirtyrange.saved.SavedReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A memory that notes which of its pages are read; it does not tell its parent unless told to. */
final class CountingMemory implements SavedMemory {

  private final SavedMemory memory;
  private final Optional<SavedMemory> parent;
  private final List<Long> read = new ArrayList<>();

  CountingMemory(SavedMemory memory) {
    this(memory, Optional.empty());
  }

  CountingMemory(SavedMemory memory, Optional<SavedMemory> parent) {
    this.memory = memory;
    this.parent = parent;
  }

  List<Long> read() {
    return read;
  }

  @Override
  public String title() {
    return memory.title();
  }

  @Override
  public int pageSize() {
    return memory.pageSize();
  }

  @Override
  public List<SavedMapping> mappings() {
    return memory.mappings();
  }

  @Override
  public List<SavedRange> saved() {
    return memory.saved();
  }

  @Override
  public Optional<SavedMemory> parent() {
    return parent;
  }

  @Override
  public SavedReader pages() {
    SavedReader reader = memory.pages();
    return new SavedReader() {
      @Override
      public PageClass read(long vpn, ByteBuffer into) throws SavedException {
        read.add(vpn);
        return reader.read(vpn, into);
      }

      @Override
      public long place(long vpn) throws SavedException {
        return reader.place(vpn);
      }
    };
  }
}
