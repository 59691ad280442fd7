package io.github.dirtyrange.lab.calibrate;

/** A few linear equations, solved by elimination. */
final class LinearEquations {

  private LinearEquations() {}

  /**
   * {@return the unknowns of as many equations}
   *
   * @param equations the factors of the unknowns and then the right side, a row each; overwritten
   * @throws IllegalArgumentException if they do not determine the unknowns
   */
  static double[] solve(double[][] equations) {
    int n = equations.length;
    for (int column = 0; column < n; column++) {
      moveLargestUp(equations, column);
      double[] pivot = equations[column];
      if (pivot[column] == 0) {
        throw new IllegalArgumentException("unknown " + column + " is not determined");
      }
      for (int row = 0; row < n; row++) {
        if (row != column) {
          subtract(equations[row], pivot, column);
        }
      }
    }
    double[] unknowns = new double[n];
    for (int i = 0; i < n; i++) {
      unknowns[i] = equations[i][n] / equations[i][i];
    }
    return unknowns;
  }

  private static void moveLargestUp(double[][] equations, int column) {
    int largest = column;
    for (int row = column + 1; row < equations.length; row++) {
      if (Math.abs(equations[row][column]) > Math.abs(equations[largest][column])) {
        largest = row;
      }
    }
    double[] up = equations[largest];
    equations[largest] = equations[column];
    equations[column] = up;
  }

  private static void subtract(double[] row, double[] pivot, int column) {
    double factor = row[column] / pivot[column];
    for (int i = column; i < row.length; i++) {
      row[i] -= factor * pivot[i];
    }
  }
}
