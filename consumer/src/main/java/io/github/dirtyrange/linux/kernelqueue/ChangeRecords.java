package io.github.dirtyrange.linux.kernelqueue;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;

/** An array of {@code struct page_change} that the kernel fills, read from the first on. */
final class ChangeRecords {

  private final ToldCategories told;
  private final ByteBuffer records;
  private int next;
  private int count;

  /** Makes room for so many. */
  ChangeRecords(int capacity, ToldCategories told) {
    this.told = told;
    records = Sys.struct(Math.multiplyExact(capacity, QueueAbi.CHANGE_BYTES));
  }

  int capacity() {
    return records.capacity() / QueueAbi.CHANGE_BYTES;
  }

  /** {@return where the kernel puts them} */
  ByteBuffer buffer() {
    return records;
  }

  /** Takes note that the kernel filled in so many, anew. */
  void filled(int records) {
    next = 0;
    count = records;
  }

  boolean hasNext() {
    return next < count;
  }

  /** Goes on to the next one. */
  void skip() {
    next++;
  }

  long startVpn() {
    return Pages.vpn(records.getLong(at(next) + Abi.REGION_START));
  }

  long endVpn() {
    return Pages.vpn(records.getLong(at(next) + Abi.REGION_END));
  }

  long changed() {
    return told.changed(records.getLong(at(next) + QueueAbi.CHANGE_CHANGED));
  }

  /** {@return the categories that hold now, of a coarse region none} */
  long now() {
    return (changed() & Categories.COARSE) != 0
        ? 0
        : told.now(records.getLong(at(next) + Abi.REGION_CATEGORIES));
  }

  /** Hands out all that are left, and leaves them. */
  void forEachLeft(ChangeSink sink) {
    int first = next;
    for (; hasNext(); skip()) {
      sink.accept(startVpn(), endVpn(), changed(), now());
    }
    next = first;
  }

  private static int at(int record) {
    return record * QueueAbi.CHANGE_BYTES;
  }
}
