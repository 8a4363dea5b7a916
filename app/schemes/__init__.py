"""评价方案 as stored things: codes and versions, drafts that change and published ones that never do."""
