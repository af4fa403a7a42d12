/**
 * What every Open vSwitch program has in common before it does anything: the way its command line is read, the options
 * for its log, its version, its pidfile.
 */
@NullMarked
package dev.culvert.unixctl.program;

import org.jspecify.annotations.NullMarked;
