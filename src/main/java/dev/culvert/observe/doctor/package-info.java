/**
 * What is wrong with a running switch, as one who knows the field would find out: configuration, devices, routes, neighbours, and
 * what is heard of the other ends while packets are under way. {@link dev.culvert.observe.doctor.DoctorService} has the control
 * commands, each check is a class, and a {@link dev.culvert.observe.doctor.Finding} is a line.
 */
@NullMarked
package dev.culvert.observe.doctor;

import org.jspecify.annotations.NullMarked;
