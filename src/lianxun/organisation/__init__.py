"""组织: tiers, units with an effective-dated tree, posts, people, pools of staff and experts."""
