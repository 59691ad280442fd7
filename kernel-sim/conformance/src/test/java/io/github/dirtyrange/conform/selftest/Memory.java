package io.github.dirtyrange.conform.selftest;

import io.github.dirtyrange.kernel.PageRange;

/** The kinds of memory that a case is repeated over; those of files hold at most 48 pages. */
enum Memory {
  ANONYMOUS {
    @Override
    void map(Scene scene, PageRange range) {
      scene.map(range);
    }
  },
  SHARED {
    @Override
    void map(Scene scene, PageRange range) {
      scene.map(range, Scene.READ_WRITE, Scene.SHARED);
    }
  },
  PRIVATE_MEMFD {
    @Override
    void map(Scene scene, PageRange range) {
      scene.mapFile(range, Scene.MEMFD, Scene.PRIVATE);
    }
  },
  SHARED_MEMFD {
    @Override
    void map(Scene scene, PageRange range) {
      scene.mapFile(range, Scene.MEMFD, Scene.SHARED);
    }
  },
  PRIVATE_FILE {
    @Override
    void map(Scene scene, PageRange range) {
      scene.mapFile(range, Scene.FILE, Scene.PRIVATE);
    }
  },
  SHARED_FILE {
    @Override
    void map(Scene scene, PageRange range) {
      scene.mapFile(range, Scene.FILE, Scene.SHARED);
    }
  };

  /** Maps memory of this kind, readable and writable. */
  abstract void map(Scene scene, PageRange range);
}
