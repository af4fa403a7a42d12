package dev.culvert.datapath;

import java.util.List;

/**
 * Actions as the poll loop runs them: pairs of an opcode and its argument in one array. A switch over small numbers
 * stays one jump table for the JIT however many kinds of action come to exist; a call through a sealed interface would
 * become megamorphic on the hottest line of the program.
 */
final class ActionProgram {
    static final int OUTPUT = 0;
    static final int PUSH_VLAN = 1;
    static final int POP_VLAN = 2;

    private ActionProgram() {}

    static int[] compile(List<Action> actions) {
        int[] program = new int[2 * actions.size()];
        int at = 0;
        for (Action action : actions) {
            switch (action) {
                case Action.Output(int port) -> {
                    program[at++] = OUTPUT;
                    program[at++] = port;
                }
                case Action.PushVlan(int tpid, int tci) -> {
                    program[at++] = PUSH_VLAN;
                    program[at++] = tpid << 16 | tci;
                }
                case Action.PopVlan() -> {
                    program[at++] = POP_VLAN;
                    program[at++] = 0;
                }
            }
        }
        return program;
    }
}
