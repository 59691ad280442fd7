package io.github.dirtyrange.kernel.sim.mm.pgtable;

/**
 * Says which categories a page has that has a certain entry: what its mapping gives every page, and
 * what the entry adds.
 */
public interface EntryCategories {

  /** {@return the categories of a page of this mapping that has this entry} */
  long categories(long entry);
}
