/** ovs-vsctl: the command line that reads and changes the Open_vSwitch database, told apart from the genuine one by nothing. */
@NullMarked
package dev.culvert.tools.vsctl;

import org.jspecify.annotations.NullMarked;
