package dev.culvert.lab;

import java.util.List;
import java.util.Map;

/** The switch of one box: Culvert, or one that it is compared with. */
public sealed interface BoxSwitch permits VsctlSwitch, KernelSwitch, WireguardSwitch {
    /**
     * Starts it. Returns when it answers its tool.
     *
     * @throws LabException if it does not come up
     * @throws InterruptedException if this thread is interrupted
     */
    void start() throws LabException, InterruptedException;

    /**
     * Gives the box its underlay address, where this switch wants it.
     *
     * @throws LabException if that does not work
     * @throws InterruptedException if this thread is interrupted
     */
    void connectUnderlay() throws LabException, InterruptedException;

    /**
     * Asks it for its configuration, as people and monitoring do all the time.
     *
     * @return its answer
     * @throws LabException if it does not answer
     * @throws InterruptedException if this thread is interrupted
     */
    String show() throws LabException, InterruptedException;

    /**
     * Makes the bridge and puts the guest's cable into it.
     *
     * @throws LabException if the switch refuses
     * @throws InterruptedException if this thread is interrupted
     */
    void connectGuest() throws LabException, InterruptedException;

    /**
     * Makes the tunnel to the other box.
     *
     * @param encapsulation which kind
     * @param remote the other box's underlay address
     * @throws LabException if the switch refuses
     * @throws InterruptedException if this thread is interrupted
     */
    void addTunnel(Encapsulation encapsulation, String remote) throws LabException, InterruptedException;

    /**
     * Removes the tunnel.
     *
     * @throws LabException if the switch refuses
     * @throws InterruptedException if this thread is interrupted
     */
    void removeTunnel() throws LabException, InterruptedException;

    /**
     * What the switch tells about itself, for the record.
     *
     * @return text of several lines
     * @throws LabException if it does not answer
     * @throws InterruptedException if this thread is interrupted
     */
    String describe() throws LabException, InterruptedException;

    /** Its processes, for CPU time and memory; none for the kernel's own bridge. */
    List<ProcessIdentity> processes();

    /** What has to be in the environment to talk to it with its tools. */
    Map<String, String> environment();
}
