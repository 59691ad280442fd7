package io.github.dirtyrange.criu;

/** Names and numbers of CRIU's image directories. */
final class Format {

  /** Bytes of a page, where CRIU runs on x86-64. */
  static final int PAGE = 4096;

  static final int PAGE_SHIFT = 12;

  /** The symbolic link to the directory that a generation builds on. */
  static final String PARENT = "parent";

  static final String PSTREE = "pstree.img";
  static final String INVENTORY = "inventory.img";
  static final String FILES = "files.img";
  static final String REG_FILES = "reg-files.img";
  static final String STATS = "stats-dump";

  private Format() {}

  static String pagemap(int pid) {
    return "pagemap-" + pid + ".img";
  }

  static String sharedPagemap(int id) {
    return "pagemap-shmem-" + id + ".img";
  }

  static String mm(int pid) {
    return "mm-" + pid + ".img";
  }

  static String core(int pid) {
    return "core-" + pid + ".img";
  }
}
