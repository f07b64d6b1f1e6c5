package io.limelight.verifier.state;

/** Which policy of a kind a new agent is to be judged by. */
public sealed interface PolicyUse {
    /** None. */
    record None() implements PolicyUse {}

    /** One that is stored already. */
    record Stored(String name) implements PolicyUse {}

    /** One that comes with the agent, to be stored under a name of its own for others to use. */
    record New(String name, PolicyText text) implements PolicyUse {}

    /** One that comes with the agent, is stored under the agent's id and ends with it. */
    record Own(PolicyText text) implements PolicyUse {}
}
