/**
 * The lab: two boxes, two machines behind them, a switch in each box, every encapsulation in turn, and one table
 * that tells how it went. It builds all of it from network namespaces and takes all of it away again.
 */
@NullMarked
package dev.culvert.lab;

import org.jspecify.annotations.NullMarked;
