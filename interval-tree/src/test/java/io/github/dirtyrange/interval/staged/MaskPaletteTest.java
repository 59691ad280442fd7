package io.github.dirtyrange.interval.staged;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MaskPaletteTest {

  private final MaskPalette palette = new MaskPalette();

  @Test
  void aMaskKeepsItsCode() {
    assertThat(palette.cachedCode(6)).isZero();
    assertThat(palette.codeOf(6)).isOne();
    assertThat(palette.cachedCode(6)).isOne();
    assertThat(palette.codeOf(5)).isEqualTo(2);
    assertThat(palette.codeOf(6)).isOne();
    assertThat(palette.cachedCode(5)).isEqualTo(2);
    assertThat(palette.maskOf(2)).isEqualTo(5);
    assertThat(palette.lastCode()).isEqualTo(2);
    assertThat(palette.cachedCode(0)).isZero();
  }

  @Test
  void manyMasksGetCodesAndThenSingleBitsOnly() {
    Random random = new Random(1);
    for (int code = 1; code <= 190; code++) {
      long mask = random.nextLong() | 3;
      assertThat(palette.codeOf(mask)).isEqualTo(code);
      assertThat(palette.maskOf(code)).isEqualTo(mask);
    }
    assertThat(palette.codeOf(12)).isZero();
    Set<Integer> codes = new HashSet<>();
    for (int bit = 0; bit < 64; bit++) {
      int code = palette.codeOf(1L << bit);
      assertThat(palette.maskOf(code)).isEqualTo(1L << bit);
      codes.add(code);
    }
    assertThat(codes).hasSize(64);
    assertThat(palette.lastCode()).isEqualTo(254);
    Random again = new Random(1);
    for (int code = 1; code <= 190; code++) {
      long mask = again.nextLong() | 3;
      assertThat(palette.codeOf(mask)).isEqualTo(code);
      assertThat(palette.cachedCode(mask)).isEqualTo(code);
    }
    for (int bit = 0; bit < 64; bit++) {
      assertThat(codes).contains(palette.codeOf(1L << bit));
    }
    assertThat(palette.lastCode()).isEqualTo(254);
  }

  @Test
  void aMaskThatLostItsPlaceInTheCacheKeepsItsCode() {
    for (int seed = 0; seed < 50; seed++) {
      MaskPalette full = new MaskPalette();
      long[] masks = new Random(seed).longs(190).map(mask -> mask | 3).toArray();
      for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < masks.length; i++) {
          assertThat(full.codeOf(masks[i])).isEqualTo(i + 1);
        }
      }
      assertThat(full.codeOf(masks[189])).isEqualTo(190);
      for (int i = 0; i < masks.length; i++) {
        assertThat(full.codeOf(masks[i])).isEqualTo(i + 1);
      }
    }
  }

  @Test
  void commonMasksAreAllInTheCache() {
    for (long mask = 1; mask <= 16; mask++) {
      palette.codeOf(mask);
    }
    for (long mask = 1; mask <= 16; mask++) {
      assertThat(palette.cachedCode(mask)).isEqualTo((int) mask);
    }
    assertThat(palette.memoryBytes()).isLessThan(2048);
  }

  @Test
  void forgetsManyMasksButNotFew() {
    for (long mask = 1; mask <= 16; mask++) {
      palette.codeOf(mask);
    }
    palette.trim();
    assertThat(palette.lastCode()).isEqualTo(16);
    palette.codeOf(17);
    palette.trim();
    assertThat(palette.lastCode()).isZero();
    for (long mask = 1; mask <= 17; mask++) {
      assertThat(palette.cachedCode(mask)).isZero();
    }
    assertThat(palette.codeOf(9)).isOne();
  }

  @Test
  void forgetsTheOnlyMaskWhenAnotherTakesItsCode() {
    palette.codeOf(6);
    for (long mask = 100; mask < 116; mask++) {
      palette.codeOf(mask);
    }
    palette.trim();
    palette.codeOf(9);
    assertThat(palette.cachedCode(6)).isZero();
    assertThat(palette.cachedCode(9)).isOne();
  }
}
